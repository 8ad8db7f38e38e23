"""The alarm of scheduled publishing: /health/publishing/ fails while pages wait past their hour."""

import dataclasses

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable

from .schedule import how_many_late


@dataclasses.dataclass
class ScheduledPublishing(HealthCheck):
    """Fails while `manage.py tick` has left pages behind for longer than the rule book allows."""

    def run(self) -> None:
        if late := how_many_late():
            raise ServiceUnavailable(f"{late} pages wait past their hour")

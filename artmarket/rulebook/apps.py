from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class RulebookConfig(AppConfig):
    name = "artmarket.rulebook"
    label = "rulebook"
    verbose_name = _("规则书")

    def ready(self) -> None:
        from artmarket.core import navigation
        from artmarket.rulebook import examples
        from artmarket.rulebook.checks import check_rule_book

        checks.register(check_rule_book)
        examples.register_examples()
        navigation.register(30, _("规则书"), "rulebook:index", "/rules/", place="footer")

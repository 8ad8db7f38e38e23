"""Groups of the content system, what each may do in each section, and the workflow of all pages.

Editors write, approvers approve, publishers publish at an hour; nobody approves his own words
(publishing.py). Safe to repeat: what an operator changed stays, what is missing is made.
Rules: cms-events.md §3; architecture: roles lead to groups in accounts.services.roles.CMS_GROUPS.
"""

from collections.abc import Iterable
from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from .models import (
    ApprovalTask,
    ArticleIndexPage,
    DistrictPage,
    EventIndexPage,
    PeoplePage,
    TopicPage,
)

EDITORS: Final = "Editors"
APPROVERS: Final = "Approvers"
PUBLISHERS: Final = "Publishers"
MODERATORS: Final = "Moderators"
SECTIONS: Final = (EventIndexPage, ArticleIndexPage, PeoplePage, DistrictPage, TopicPage)
"""What the bureau writes; the home page and the standing pages are the operator's."""

WORKFLOW: Final = "内容审核与发布"
APPROVAL: Final = "审核"
PUBLICATION: Final = "发布"
_IN_SECTIONS: Final = {
    EDITORS: ("add_page", "change_page"),
    APPROVERS: ("change_page", "lock_page", "unlock_page"),
    PUBLISHERS: ("change_page", "publish_page", "lock_page", "unlock_page"),
}
_EVERYWHERE: Final = {
    MODERATORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
_FILES: Final = (
    "add_image", "change_image", "choose_image", "add_document", "change_document",
    "choose_document",
)  # fmt: skip
_OF_MODELS: Final = {
    EDITORS: (
        ("cms", "add_place"), ("cms", "change_place"), ("cms", "view_place"),
        ("cms", "view_missedsearch"), ("wagtail_localize", "submit_translation"),
    ),
    APPROVERS: (("cms", "view_place"), ("cms", "view_missedsearch")),
    PUBLISHERS: (
        ("cms", "view_place"), ("cms", "view_missedsearch"),
        ("wagtail_localize", "submit_translation"), ("wagtailredirects", "add_redirect"),
        ("wagtailredirects", "change_redirect"), ("wagtailredirects", "delete_redirect"),
    ),
    MODERATORS: (
        ("cms", "add_place"), ("cms", "change_place"), ("cms", "delete_place"),
        ("cms", "view_place"), ("cms", "view_missedsearch"),
        ("wagtail_localize", "submit_translation"), ("wagtailredirects", "add_redirect"),
        ("wagtailredirects", "change_redirect"), ("wagtailredirects", "delete_redirect"),
        ("wagtailcore", "add_workflow"), ("wagtailcore", "change_workflow"),
        ("cms", "add_approvaltask"), ("cms", "change_approvaltask"),
    ),
}  # fmt: skip


@transaction.atomic
def set_up_editing() -> None:
    """Make the groups, what they may do, and the workflow."""
    is_new = not Group.objects.filter(name=APPROVERS).exists()
    groups = {
        name: Group.objects.get_or_create(name=name)[0]
        for name in (EDITORS, APPROVERS, PUBLISHERS, MODERATORS)
    }
    if is_new:
        # Wagtail lets its editors write anywhere: here each section is given by itself.
        GroupPagePermission.objects.filter(group=groups[EDITORS], page__depth=1).delete()
        for name, wanted in _OF_MODELS.items():
            groups[name].permissions.add(*_permissions(wanted), _access())
        for group in groups.values():
            _open_files(group)
        for name, codenames in _EVERYWHERE.items():
            _allow(groups[name], [Page.get_first_root_node()], codenames)
    share_out()
    _set_up_workflow(groups)


@transaction.atomic
def share_out() -> None:
    """Open each section that is not open yet to the groups that work in it."""
    sections = [page for model in SECTIONS for page in model.objects.all()]
    # A topic in a topic is inside its section already.
    roots = [page for page in sections if page.depth <= 3]
    for name, codenames in _IN_SECTIONS.items():
        if group := Group.objects.filter(name=name).first():
            _allow(group, roots, codenames)


def _allow(group: Group, pages: Iterable[Page], codenames: Iterable[str]) -> None:
    """Only where the group may nothing yet: what an operator took away stays taken."""
    known = set(GroupPagePermission.objects.filter(group=group).values_list("page_id", flat=True))
    wanted = {
        p.codename: p
        for p in Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page"
        )
    }
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page.pk, permission=wanted[codename])
        for page in pages
        if page.pk not in known
        for codename in codenames
    )


def _permissions(wanted: Iterable[tuple[str, str]]) -> list[Permission]:
    found = {
        (p.content_type.app_label, p.codename): p
        for p in Permission.objects.select_related("content_type").filter(
            codename__in=[codename for _app, codename in wanted]
        )
    }
    return [found[each] for each in wanted if each in found]


def _access() -> Permission:
    return Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")


def _open_files(group: Group) -> None:
    root = Collection.get_first_root_node()
    for permission in Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs", "cms"), codename__in=_FILES
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=root, permission=permission
        )


def _set_up_workflow(groups: dict[str, Group]) -> None:
    """One workflow for all pages: approval, then publication."""
    if Workflow.objects.filter(name=WORKFLOW).exists():
        return
    workflow = Workflow.objects.create(name=WORKFLOW)
    steps = (
        (APPROVAL, (APPROVERS, MODERATORS)),
        (PUBLICATION, (PUBLISHERS, MODERATORS)),
    )
    for order, (name, who) in enumerate(steps):
        task = ApprovalTask.objects.create(name=name)
        task.groups.set([groups[each] for each in who])
        WorkflowTask.objects.create(workflow=workflow, task=task.task_ptr, sort_order=order)
    root = Page.get_first_root_node()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})

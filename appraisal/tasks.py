"""Mails about cases; each may run twice and says the same. No names, no findings."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from artmarket.accounts.models import User

from .models import AppraisalCase

TASKS = {
    "accept": gettext_lazy("受理委托"),
    "agree": gettext_lazy("阅读并同意合同"),
    "pay": gettext_lazy("记录收到的鉴定费"),
    "panel": gettext_lazy("组成专家组"),
    "declare": gettext_lazy("声明有无利益冲突"),
    "begin": gettext_lazy("开始鉴定"),
    "opinion": gettext_lazy("提交意见"),
    "conclude": gettext_lazy("归纳意见"),
    "value": gettext_lazy("估值"),
    "sign": gettext_lazy("签署结果"),
    "decide": gettext_lazy("处置异议"),
    "wait": gettext_lazy("等待异议期满"),
    "file": gettext_lazy("归档"),
}
"""What whoever must act has to do, by `MustAct.task`."""


@task()
def mail_overdue(case_id: int, user_id: int, task: str) -> str:
    """Tell a person that the term for his part of a case has passed."""
    case = AppraisalCase.objects.filter(pk=case_id).first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if case is None or user is None:
        return "gone"
    with translation.override(user.language):
        subject = _("案卷%(number)s：期限已过") % {"number": case.number}
        words = render_to_string(
            "appraisal/mail/overdue.txt",
            {
                "number": case.number,
                "task": TASKS[task],
                "url": settings.SITE_URL,
                "site_name": settings.SITE_NAME,
            },
        )
        send_mail(subject, words, None, [user.email])
    return "told"

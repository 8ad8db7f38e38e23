from django.urls import path

from .views import (
    appraiser_desk,
    case_desk,
    cases,
    certificate_desk,
    certificates,
    condition_pages,
    conditions,
    papers,
    tags,
    verify,
)

app_name = "appraisal"
paper_paths = [
    path("desk/registrar/works/<int:pk>/certificates/", papers.record, name="record"),
    path(
        "desk/registrar/works/<int:pk>/certificates/<int:certificate>/withdraw/",
        papers.withdraw,
        name="withdraw",
    ),
]
tag_paths = [
    path("t/<str:token>/", tags.tag, name="tag"),
    path("desk/registrar/tags/", tags.desk, name="tag_desk"),
    path("desk/registrar/tags/labels/", tags.make_labels, name="make_labels"),
    path("desk/registrar/tags/labels/<int:first>/<int:count>/", tags.labels, name="labels"),
    path("desk/registrar/works/<int:pk>/tags/", tags.of_work, name="work_tags"),
    path("desk/registrar/works/<int:pk>/tags/<int:binding>/", tags.decide, name="decide_tag"),
]
case_paths = [
    path("appraisals/<str:number>/", cases.result, name="result"),
    path("desk/artist/works/<int:pk>/appraisal/", cases.ask, name="ask"),
    path("desk/appraisals/", cases.own_cases, name="cases"),
    path("desk/appraisals/<int:pk>/", cases.case, name="case"),
    path("desk/registrar/cases/", case_desk.queue, name="queue"),
    path("desk/registrar/cases/<int:pk>/", case_desk.manage, name="manage"),
    path("desk/registrar/appraisers/", case_desk.experts, name="appraisers"),
    path("desk/appraiser/", appraiser_desk.desk, name="desk"),
    path("desk/appraiser/seats/<int:pk>/", appraiser_desk.seat, name="seat"),
    path("desk/appraiser/seats/<int:pk>/value/", appraiser_desk.value, name="value"),
    path("desk/appraiser/valuations/", appraiser_desk.own_valuations, name="own_valuations"),
]
certificate_paths = [
    path("verify/", verify.verify, name="verify"),
    path("verify/offline/", verify.offline, name="offline"),
    path("verify/check_certificate.py", verify.check_program, name="check_program"),
    path("verify/<str:number>/", certificates.certificate, name="certificate"),
    path("verify/<str:number>/qr.svg", certificates.qr, name="certificate_qr"),
    path("verify/<str:number>/report/", certificates.report, name="report_certificate"),
    path("certificates/<str:number>.pdf", certificates.paper, name="certificate_pdf"),
    path(
        "desk/registrar/works/<int:pk>/issued/",
        certificate_desk.certificates,
        name="work_certificates",
    ),
    path("desk/works/<int:pk>/confirm/", certificate_desk.confirm, name="confirm_author"),
    path("desk/registrar/mismatches/", certificate_desk.mismatches, name="mismatches"),
]
CONDITION = "works/<str:number>/condition/<int:serial>/"
condition_paths = [
    path("desk/condition/works/<int:pk>/", conditions.desk, name="condition_desk"),
    path("desk/condition/<int:pk>/", conditions.edit, name="condition_edit"),
    path(CONDITION, condition_pages.report, name="condition_report"),
    path(f"{CONDITION}sign/", condition_pages.sign, name="condition_sign"),
    path(f"{CONDITION}compare/<int:other>/", condition_pages.compare, name="condition_compare"),
    path(f"{CONDITION}annotations.json", condition_pages.annotations, name="condition_annotations"),
    path(f"{CONDITION}statement.json", condition_pages.statement, name="condition_statement"),
    path(f"{CONDITION}report.pdf", condition_pages.paper, name="condition_pdf"),
]
urlpatterns = [*paper_paths, *case_paths, *certificate_paths, *condition_paths, *tag_paths]

from django.urls import path

from .views import papers, tags

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
urlpatterns = paper_paths + tag_paths

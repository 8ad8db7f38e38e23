from django.urls import path

from .views import papers

app_name = "appraisal"
paper_paths = [
    path("desk/registrar/works/<int:pk>/certificates/", papers.record, name="record"),
    path(
        "desk/registrar/works/<int:pk>/certificates/<int:certificate>/withdraw/",
        papers.withdraw,
        name="withdraw",
    ),
]
urlpatterns = paper_paths

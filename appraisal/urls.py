from django.urls import path

from . import views

app_name = "appraisal"
urlpatterns = [
    path("desk/registrar/works/<int:pk>/certificates/", views.record, name="record"),
    path(
        "desk/registrar/works/<int:pk>/certificates/<int:certificate>/withdraw/",
        views.withdraw,
        name="withdraw",
    ),
]

from django.urls import path

from . import views_export

urlpatterns = [
    path("works/export.csv", views_export.export_csv, name="export_csv"),
    path("works/export.xlsx", views_export.export_xlsx, name="export_xlsx"),
    path("works/export.jsonld", views_export.export_jsonld, name="export_jsonld"),
    path("works/<str:number>/jsonld", views_export.work_jsonld, name="work_jsonld"),
    path("records/<int:pk>/jsonld", views_export.record_jsonld, name="record_jsonld"),
]

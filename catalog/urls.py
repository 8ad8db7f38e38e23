"""Every address of the registry."""

from django.urls import path

from .views import artist_desk, corrections, editions, export, public, registrar_desk, search

app_name = "catalog"
urlpatterns = [
    path("works/", search.browse, name="browse"),
    path("works/suggest/", search.suggestions, name="suggest"),
    path("works/saved/", search.list_saved, name="saved_searches"),
    path("works/saved/new/", search.save_search, name="save_search"),
    path("works/saved/<int:pk>/", search.change_saved, name="change_saved"),
    path("works/saved/<int:pk>/open/", search.open_saved, name="open_saved"),
    path("works/saved/<int:pk>/delete/", search.delete_saved, name="delete_saved"),
    path("works/export.csv", export.export_csv, name="export_csv"),
    path("works/export.xlsx", export.export_xlsx, name="export_xlsx"),
    path("works/export.jsonld", export.export_jsonld, name="export_jsonld"),
    path("works/<str:number>/jsonld", export.work_jsonld, name="work_jsonld"),
    path("records/<int:pk>/jsonld", export.record_jsonld, name="record_jsonld"),
    path("works/find/", public.find_number, name="find_number"),
    path("works/<str:number>/history/", public.history, name="history"),
    path("works/<str:number>/qr.svg", public.qr, name="qr"),
    path("records/<int:pk>/", public.record, name="record"),
    path("artists/<int:pk>/", public.artist, name="artist"),
    path("desk/artist/", artist_desk.desk, name="artist_desk"),
    path("desk/artist/record/", artist_desk.own_record, name="own_record"),
    path("desk/artist/works/new/", artist_desk.new, name="new_work"),
    path("desk/artist/works/<int:pk>/", artist_desk.show, name="own_work"),
    path("desk/artist/works/<int:pk>/edit/", artist_desk.edit, name="edit_work"),
    path("desk/artist/works/<int:pk>/photos/", artist_desk.add_photos, name="add_photos"),
    path(
        "desk/artist/works/<int:pk>/photos/<int:photo>/",
        artist_desk.change_photo,
        name="change_photo",
    ),
    path("desk/artist/works/<int:pk>/submit/", artist_desk.submit, name="submit_work"),
    path("desk/artist/works/<int:pk>/take-back/", artist_desk.take_back, name="take_back"),
    path("desk/artist/works/<int:pk>/discard/", artist_desk.discard, name="discard_work"),
    path("desk/artist/works/<int:pk>/visibility/", artist_desk.visibility, name="visibility"),
    path("desk/registrar/", registrar_desk.desk, name="registrar_desk"),
    path("desk/registrar/works/<int:pk>/", registrar_desk.review, name="review"),
    path("desk/registrar/works/<int:pk>/register/", registrar_desk.register, name="register_work"),
    path("desk/registrar/works/<int:pk>/return/", registrar_desk.send_back, name="return_work"),
    path("desk/registrar/works/<int:pk>/encumber/", registrar_desk.encumber, name="encumber"),
    path(
        "desk/registrar/works/<int:pk>/release/<int:encumbrance>/",
        registrar_desk.release,
        name="release",
    ),
    path("desk/registrar/works/<int:pk>/title/", registrar_desk.record_title, name="record_title"),
    path(
        "desk/registrar/works/<int:pk>/title/<int:event>/",
        registrar_desk.check_title,
        name="check_title",
    ),
    path("desk/registrar/works/<int:pk>/correct/", corrections.correct, name="correct_work"),
    path("desk/registrar/works/<int:pk>/merge/", corrections.merge, name="merge_work"),
    path("desk/registrar/works/<int:pk>/attribution/", corrections.attribute, name="attribute"),
    path("desk/registrar/works/<int:pk>/parts/", corrections.complete, name="complete_work"),
    path("desk/registrar/works/<int:pk>/destroyed/", corrections.destroyed, name="destroyed"),
    path(
        "desk/registrar/artists/<int:pk>/account/",
        corrections.verify_account,
        name="verify_account",
    ),
    path("desk/works/<int:pk>/edition/", editions.edition, name="edition"),
    path("desk/registrar/artists/<int:pk>/", corrections.edit_artist, name="edit_artist"),
    path("desk/bureau/", registrar_desk.bureau, name="bureau_desk"),
    path("desk/bureau/works/<int:pk>/", registrar_desk.relic, name="decide_relic"),
    # Last: a registry number is whatever else stands in this place.
    path("works/<str:number>/", public.work, name="work"),
]

"""The description of the API for people says the same as the one for programs."""

import pytest
from django.test import Client

from artmarket.api import site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("prefix", "words"), [("", "检索公开的作品"), ("/en", "Search public works")]
)
def test_the_page_lists_every_operation_in_both_languages_without_script(prefix, words):
    page = Client().get(f"{prefix}/api/")
    html = page.content.decode()
    assert page.status_code == 200
    assert words in html
    operations = [o for methods in site.schema()["paths"].values() for o in methods.values()]
    assert all(f'id="{o["operationId"]}"' in html for o in operations)
    assert html.count("<h1") == 1
    assert " style=" not in html
    assert "<script>" not in html


def test_the_schema_is_openapi_3_1_with_examples_and_its_own_tag():
    client = Client()
    answer = client.get("/api/schema/", headers={"Accept-Language": "en"})
    described = answer.json()
    assert described["openapi"].startswith("3.1.")
    find = described["paths"]["/api/v1/works"]["get"]
    assert find["summary"] == "Search public works"
    assert {"name": "q", "example": "山水"}.items() <= find["parameters"][0].items()
    assert set(find["responses"]) == {"200", "400", "401", "422", "429"}
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    new = described["components"]["schemas"]["NewWork"]["properties"]["title"]
    assert new["examples"] == ["春山放鸢图"]
    again = client.get(
        "/api/schema/", headers={"Accept-Language": "en", "If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    chinese = client.get("/api/schema/")
    assert chinese["ETag"] != answer["ETag"]
    assert chinese.json()["paths"]["/api/v1/works"]["get"]["summary"] == "检索公开的作品"


def test_every_operation_that_writes_needs_a_token_and_takes_a_key():
    for path, methods in site.schema()["paths"].items():
        for method, operation in methods.items():
            named = {p["name"] for p in operation["parameters"]}
            is_write = method not in {"get", "head"}
            assert ("Idempotency-Key" in named) is is_write, path
            if is_write:
                assert operation["security"] == [{"token": []}], path
                assert operation["x-scope"], path

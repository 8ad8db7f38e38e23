import random, time
from datetime import date
import pytest
from catalog.models import StolenKey, StolenHit
from catalog.services import matching, stolen, gates
from catalog.services.stolen import EntryInput
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db

def test_bench():
    r = random.Random(1)
    han = "春夏秋冬山水竹石梅兰菊松鹤云烟江湖渔樵耕读归晚图卷轴册仙人马牛花鸟虫鱼"
    sur = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
    registrar = person("registrar")
    l = stolen.create_list(actor=registrar, name="b", title="b", kind="police", source="b", dated=date(2026,1,1), licence="b")
    entries = [EntryInput(number=str(n), title="".join(r.choice(han) for _ in range(r.randint(3,9))),
        maker=r.choice(sur)+"".join(r.choice(han) for _ in range(2)), numbers=f"INV-{n:06d}") for n in range(20000)]
    works=[registered() for _ in range(20)]
    t=time.monotonic(); stolen.write_entries(actor=registrar, list_id=l.pk, entries=entries); a=time.monotonic()-t
    t=time.monotonic(); stolen.write_entries(actor=registrar, list_id=l.pk, entries=entries); a2=time.monotonic()-t
    t=time.monotonic(); matching.match_works([works[0].pk]); b=time.monotonic()-t
    ids=[w.pk for w in works]
    t=time.monotonic()
    for _ in range(5): matching.match_works(ids)
    c=(time.monotonic()-t)/5
    w=type(works[0]).objects.get(pk=works[0].pk)
    t=time.monotonic()
    with CaptureQueriesContext(connection) as seen: gates.all_gates(w)
    d=time.monotonic()-t
    print("\nBENCH", connection.vendor, "write", a, "again", a2, "one", b, "twenty", c, "gates", d, len(seen), StolenKey.objects.count(), StolenHit.objects.count())

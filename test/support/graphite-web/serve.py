# Serves Debian's graphite-web on a port of the loopback, with a database and whisper files in one private directory.
import inspect
import json
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

directory, port = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, directory)
os.environ["DJANGO_SETTINGS_MODULE"] = "graphite.settings"
os.environ["GRAPHITE_SETTINGS_MODULE"] = "private_settings"
os.environ["TZ"] = "UTC"

# graphite-web 1.1.8 describes its functions with what Python 3.11 no longer has.
if not hasattr(inspect, "getargspec"):
    inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]
    inspect.formatargspec = lambda args, *_: "(" + ", ".join(args) + ")"

import django  # noqa: E402
import whisper  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from graphite.storage import STORE  # noqa: E402
from graphite.tags.utils import TaggedSeries  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)

with open(os.path.join(directory, "series.json")) as file:
    series = json.load(file)

for one in series:
    STORE.tagdb.tag_series(one["name"])
    path = os.path.join(directory, "whisper", TaggedSeries.encode(one["name"], sep=os.sep) + ".wsp")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    whisper.create(path, [(one["step"], one["places"])], xFilesFactor=0)
    whisper.update_many(path, [tuple(point) for point in one["points"]])


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


make_server("127.0.0.1", port, get_wsgi_application(), Server, Quiet).serve_forever()

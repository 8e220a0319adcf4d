"""A file that came with a form, kept until what it proves takes it."""

from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from gongxing.domains.projects.evidence import MEGABYTE, MOST_BYTES, media_type_of
from gongxing.kernel.cells.fault import Fault
from gongxing.kernel.clock import now
from gongxing.kernel.files.models import StoredFile
from gongxing.kernel.files.store import NoSpace, keep
from gongxing.kernel.ledger.declare import FieldFault
from gongxing.kernel.ledger.store import Refused
from gongxing.kernel.org.actor import Actor

HEAD, KEEP_DAYS, LARGEST_NAME = 16, 1, 200


def kept_upload(request: HttpRequest, actor: Actor) -> StoredFile | None:
    """The uploaded file, kept for a day until a paper or a promise takes it; None where none came. Raises Refused."""
    given = request.FILES.get("file")
    if getattr(request, "upload_too_big", False):
        raise Refused([FieldFault("file", Fault("evidence.too_big", limit=MOST_BYTES // MEGABYTE))])
    if not isinstance(given, UploadedFile):
        return None
    name = (given.name or "file")[-LARGEST_NAME:]
    try:
        head = given.read(HEAD)
        given.seek(0)
        media = media_type_of(name, head, given.size or 0)
        return keep(
            given.chunks(),
            name=name,
            media_type=media,
            user_id=actor.user_id,
            expires_at=now() + timedelta(days=KEEP_DAYS),
        )
    except Fault as fault:
        raise Refused([FieldFault("file", fault)]) from fault
    except NoSpace as error:
        raise Refused([FieldFault("file", Fault("evidence.no_space"))]) from error

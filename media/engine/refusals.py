"""Why a file is refused: one class a reason, each with a code, the rule and what to do next."""

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError


class PictureRefused(DomainError):
    """A file that is not taken in; nothing of it is kept."""

    code = "picture_refused"
    status = 422
    rule = "media.formats"
    message = _("这个文件不能作为图片上传。")


class NotAPicture(PictureRefused):
    code = "not_a_picture"
    message = _("这个文件不是图片。")
    hint = _("请选择一张照片，再上传。")


class TypeNotAccepted(PictureRefused):
    code = "type_not_accepted"
    hint = _("请另存为可以上传的格式，再上传。")


class NameMismatch(PictureRefused):
    code = "name_mismatch"


class NoFile(PictureRefused):
    code = "no_file"
    message = _("没有收到文件。")
    hint = _("请选择一张图片，再上传。")


class TooManyBytes(PictureRefused):
    code = "too_many_bytes"
    message = _("文件太大。")
    rule = "media.max_bytes"
    hint = _("请用图片软件导出小一些的副本，再上传。")


class TooManyPixels(PictureRefused):
    code = "too_many_pixels"
    rule = "media.max_pixels"
    hint = _("请把图片缩小，再上传。")


class TooManyFrames(PictureRefused):
    code = "too_many_frames"
    rule = "media.max_frames"
    hint = _("请只导出其中一幅静态画面，再上传。")


class TooSmall(PictureRefused):
    code = "too_small"
    rule = "media.min_edge"
    hint = _("请换一张更清晰的照片。")


class Truncated(PictureRefused):
    code = "truncated"
    message = _("图片不完整，后面的部分没有了。")
    hint = _("可能是传输中断。请重新导出或重新拍摄，再上传。")


class Damaged(PictureRefused):
    code = "damaged"
    message = _("图片的数据已损坏，无法完整读出。")
    hint = _("请用图片软件打开并另存为新文件，再上传。")


class HiddenContent(PictureRefused):
    code = "hidden_content"
    message = _("图片中夹带了别的内容。")
    hint = _("请用图片软件打开并另存为新文件，再上传。动态照片请先导出为静态照片。")


class DocumentRefused(DomainError):
    """A document that is not taken in; nothing of it is kept."""

    code = "document_refused"
    status = 422
    rule = "media.document_formats"
    message = _("这个文件不能作为证明材料上传。")


class DocumentTooLarge(DocumentRefused):
    code = "too_many_bytes"
    rule = "media.document_max_bytes"
    hint = _("请降低扫描分辨率，或分成几个文件，再上传。")


class TooManyPages(DocumentRefused):
    code = "too_many_pages"
    rule = "media.document_max_pages"
    hint = _("请只留下有关的页，或分成几个文件，再上传。")


class EncryptedDocument(DocumentRefused):
    code = "encrypted_document"
    message = _("这个PDF文件加了密码或权限限制。")
    hint = _("请取消密码和限制后另存，再上传。")


class ActiveDocument(DocumentRefused):
    code = "active_document"
    message = _("这个PDF文件中有脚本、启动程序的动作或音视频。")
    hint = _("请用“打印为PDF”重新生成一份，再上传。")


class EmbeddedFiles(DocumentRefused):
    code = "embedded_files"
    message = _("这个PDF文件中夹带了别的文件。")
    hint = _("请去掉附件，或用“打印为PDF”重新生成一份，再上传。")


class HiddenInDocument(DocumentRefused):
    code = "hidden_content"
    message = _("这个PDF文件中夹带了别的内容。")
    hint = _("请用“打印为PDF”重新生成一份，再上传。")


class DocumentDamaged(DocumentRefused):
    code = "damaged"
    message = _("这个PDF文件已损坏，无法完整读出。")
    hint = _("请用“打印为PDF”重新生成一份，再上传。")


class DocumentTruncated(DocumentRefused):
    code = "truncated"
    message = _("这个PDF文件不完整，后面的部分没有了。")
    hint = _("可能是传输中断。请重新导出，再上传。")


class TooManyUploads(DomainError):
    code = "too_many_uploads"
    status = 429
    rule = "media.uploads_per_hour"
    message = _("上传得太快，这个文件没有收下。")
    hint = _("请过一会儿再上传。")


class NoRoomLeft(DomainError):
    code = "no_room_left"
    status = 413
    rule = "media.person_max_bytes"
    message = _("你的文件合计已到上限，这个文件没有收下。")
    hint = _("请删除不用的图片和材料，再上传。")

"""What the pages and commands say about encoders that are missing or switched off."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def missing_sentences(missing: Mapping[str, str], is_off: bool) -> list[str]:
    """A sentence for each encoder that can't be used; none where all is well.

    A second encoder that nobody brought is no fault and not mentioned.
    """
    if is_off:
        return [_("语义匹配已关闭，现在只按字词匹配。")]
    sentences = []
    if missing.get("universal") == "bad_model":
        sentences.append(_("自带的编码器不能用（模型打不开），匹配的效果会差一些。"))
    elif "universal" in missing:
        sentences.append(_("自带的编码器不能用（缺少软件包），匹配的效果会差一些。"))
    code = missing.get("folder", "no_model")
    if code == "not_installed":
        sentences.append(_("第二个编码器不能用：缺少 onnxruntime 或 tokenizers。"))
    elif code == "bad_settings":
        sentences.append(_("第二个编码器不能用：encoder.json 读不了，或内容不对。"))
    elif code == "bad_model":
        sentences.append(_("第二个编码器不能用：模型或分词器打不开，或和 encoder.json 不符。"))
    return sentences

import { h } from "../dom.js";
import { safeUrl } from "../text/entities.js";
import { textObject } from "../text/mrkdwn.js";

function sourceOf({ image_url: address, slack_file: file }) {
  if (file?.id) return `/sandbox/files/${encodeURIComponent(file.id)}`;
  return safeUrl(address ?? file?.url ?? "")?.href ?? "";
}

export const imageNode = (image, className) =>
  h("img", { class: className, src: sourceOf(image), alt: image.alt_text ?? "", loading: "lazy" });

export function imageBlock(block) {
  const title = block.title ? h("figcaption", {}, textObject(block.title)) : null;
  return h("figure", {}, title, imageNode(block, "picture"));
}

/** A file that was shared with a message: pictures are shown, the rest is a download. */
export function fileNode(file) {
  const href = `/sandbox/files/${encodeURIComponent(file.id)}`;
  if (!file.mimetype?.startsWith("image/"))
    return h("a.file", { href, download: file.name }, file.title || file.name);
  const picture = imageNode(
    { slack_file: file, alt_text: file.alt_txt || file.title || file.name },
    "picture",
  );
  return h(
    "figure",
    {},
    h("figcaption", {}, file.title || file.name),
    h("a", { href, target: "_blank" }, picture),
  );
}

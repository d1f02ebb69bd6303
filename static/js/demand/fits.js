/** What WhatsApp takes, checked before a file is sent anywhere. The lists are the server's. */
import { word } from "../words.js";

/** @typedef {{kind: string, bytes: number, types: string[]}} Limit the one without types takes the rest */

const MB = 1024 * 1024;
const KB = 1024;

/**
 * @param {File} file
 * @param {Limit[]} limits
 * @returns {string} why it cannot go, or ""
 */
export function complaint(file, limits) {
  const type = file.type.split(";")[0];
  const limit = limits.find((one) => one.types.includes(type)) ?? limits.find((one) => !one.types.length);
  if (file.size === 0) return word("file-empty");
  return file.size > limit.bytes ? word("file-too-large", { most: sizeText(limit.bytes) }) : "";
}

/** @param {File} file @param {Limit[]} limits @returns {boolean} whether it may go as a document, whatever it is */
export function fitsAsDocument(file, limits) {
  const most = limits.find((one) => !one.types.length).bytes;
  return file.size > 0 && file.size <= most;
}

/** @param {number} bytes @returns {string} "148 KB", "4.2 MB" */
export function sizeText(bytes) {
  const [value, unit] = bytes >= MB ? [bytes / MB, "MB"] : [Math.max(1, bytes / KB), "KB"];
  const digits = unit === "MB" && value < 10 ? 1 : 0;
  return `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })} ${unit}`;
}

/** @param {string} type of MIME @returns {string} the icon for it */
export function iconOf(type) {
  return { image: "image", video: "video", audio: "music" }[type.split("/")[0]] ?? "file-text";
}

// For sites that embed a consultation: set the height of each frame to that of its content.
// A frame only grows, and only on a message from our origin sent by that very frame.
(() => {
  const ours = new URL(document.currentScript.src).origin;
  const hello = (frame) => frame.contentWindow.postMessage({ source: "beffroi", v: 1, type: "hello" }, ours);
  const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(ours + "/embed/"));
  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== ours || data?.source !== "beffroi" || data.v !== 1) return;
    const frame = frames().find((one) => one.contentWindow === source);
    if (!frame) return;
    if (data.type === "ready") hello(frame);
    if (data.type !== "resize" || !Number.isInteger(data.height)) return;
    if (data.height > frame.clientHeight + 4 && data.height < 20000) frame.style.height = data.height + "px";
  });
  // Frames that were there first; one that still holds its empty page will say when it is ready.
  for (const frame of frames()) if (!frame.contentDocument) hello(frame);
})();

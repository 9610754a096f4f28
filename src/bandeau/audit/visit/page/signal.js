// Runs in every realm of a visit that is to be seen under Global Privacy Control: the interface that goes with the
// header Sec-GPC, where the browser has none of its own (https://www.w3.org/TR/gpc/, 4).
(() => {
  const owner = (globalThis.Navigator ?? globalThis.WorkerNavigator).prototype;
  if ("globalPrivacyControl" in owner) return;
  const { get } = Object.getOwnPropertyDescriptor({ get globalPrivacyControl() { return true; } }, "globalPrivacyControl");
  Object.defineProperty(owner, "globalPrivacyControl", { get, enumerable: true, configurable: true });
})();

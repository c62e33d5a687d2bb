/** Commands that open a page, or a list, about a device. */
export const DEVICE_PAGES = [
  'showDeviceDetails',
  'showDeviceJson',
  'showAppHealth',
  'showConfigHistory',
  'showEffectiveConfig',
] as const;

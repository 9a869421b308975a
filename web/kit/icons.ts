import { icon } from './icon.tsx'

export const IconArchive = icon('M3 4h14v3.5H3z', 'M4.5 7.5V16h11V7.5', 'M8 10.5h4')
export const IconArrowDown = icon('M10 4v12', 'M5 11l5 5 5-5')
export const IconAttachment = icon('M15.5 9.2l-5.8 5.8a3.6 3.6 0 0 1-5.1-5.1l6.5-6.5a2.4 2.4 0 0 1 3.4 3.4l-6.3 6.3a1.2 1.2 0 0 1-1.7-1.7l5.6-5.6')
export const IconBack = icon('M12.5 4.5L7 10l5.5 5.5')
export const IconCheck = icon('M4 10.5l4 4 8-9')
export const IconClose = icon('M5 5l10 10', 'M15 5L5 15')
export const IconCompose = icon('M4 16l.8-3.4L13.6 3.8a1.6 1.6 0 0 1 2.3 0l.3.3a1.6 1.6 0 0 1 0 2.3L7.4 15.2 4 16z', 'M12 5.5l2.5 2.5')
export const IconContacts = icon('M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z', 'M4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5')
export const IconDensity = icon('M3.5 5h13', 'M3.5 10h13', 'M3.5 15h13')
export const IconCopy = icon('M7 6.5h9.5v10H7z', 'M13.5 6.5v-3H3.5v10H7')
export const IconDown = icon('M5 7.5l5 5 5-5')
export const IconDownload = icon('M10 3v9', 'M6 8.5l4 4 4-4', 'M3.5 16.5h13')
export const IconDraft = icon('M5 2.5h7l3.5 3.5v11.5H5z', 'M12 2.5V6h3.5', 'M7.5 10h5', 'M7.5 13h5')
export const IconFilter = icon('M3.5 5h13l-5 6v5l-3-1.5V11z')
export const IconFlag = icon('M5 17V3.5', 'M5 4c4-2 6 2 10 0v7c-4 2-6-2-10 0')
export const IconFolder = icon('M2.5 5h5l1.8 2h8.2v9h-15z')
export const IconForward = icon('M12 4.5l4.5 4.5-4.5 4.5', 'M16.5 9H10c-4 0-6.5 2.5-6.5 6.5')
export const IconHelp = icon(
  'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z',
  'M7.8 7.8c0-1.3 1-2.2 2.2-2.2s2.2.9 2.2 2.1c0 1.6-2.2 1.8-2.2 3.3',
  'M10 13.8v.4',
)
export const IconInbox = icon('M3 11l2.2-7h9.6L17 11v5.5H3z', 'M3 11h4l1 2h4l1-2h4')
export const IconJunk = icon('M7 2.8h6l4.2 4.2v6L13 17.2H7L2.8 13V7z', 'M10 6.5v4.5', 'M10 13.5v.3')
export const IconLabel = icon('M3 3.5h6.5l7.5 7.5-6 6L3 9.5z', 'M6.3 6.8v.1')
export const IconMail = icon('M2.5 4.5h15v11h-15z', 'M2.5 5.5l7.5 6 7.5-6')
export const IconMailOpen = icon('M2.5 8.5L10 3l7.5 5.5v8h-15z', 'M2.5 9l7.5 5 7.5-5')
export const IconMenu = icon('M3 5.5h14', 'M3 10h14', 'M3 14.5h14')
export const IconMore = icon(
  'M3.8 10a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0',
  'M9.3 10a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0',
  'M14.8 10a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0',
)
export const IconMove = icon('M2.5 5h5l1.8 2h8.2v9h-15z', 'M7.5 11.5h5', 'M10.5 9.3l2.2 2.2-2.2 2.2')
export const IconOffline = icon('M3 3l14 14', 'M2.5 8.5c1-1 2.1-1.7 3.3-2.2', 'M9 5.6c3.2-.3 6.3.7 8.5 2.9', 'M5.3 11.5c1-1 2.3-1.6 3.7-1.8', 'M10 15.5v.1')
export const IconPhishing = icon('M10 3l7.5 13.5h-15z', 'M10 8v4', 'M10 14.3v.2')
export const IconPlus = icon('M10 4v12', 'M4 10h12')
export const IconPrint = icon('M6 7V3h8v4', 'M6 13.5H3.5V7h13v6.5H14', 'M6 11.5h8V17H6z')
export const IconReload = icon('M16 10a6 6 0 1 1-1.8-4.2', 'M16.5 3v3.5H13')
export const IconReply = icon('M8 4.5L3.5 9 8 13.5', 'M3.5 9H10c4 0 6.5 2.5 6.5 6.5')
export const IconReplyAll = icon('M10 4.5L5.5 9l4.5 4.5', 'M6.5 4.5L2 9l4.5 4.5', 'M5.5 9H12c3.5 0 5.5 2.5 5.5 6.5')
export const IconSearch = icon('M8.8 14.5a5.7 5.7 0 1 0 0-11.4 5.7 5.7 0 0 0 0 11.4z', 'M13 13l4 4')
export const IconSend = icon('M3 3.5l14.5 6.5L3 16.5l2-6.5z', 'M5 10h7')
export const IconSettings = icon('M3 6h6', 'M13 6h4', 'M3 14h4', 'M11 14h6', 'M11 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4z', 'M9 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z')
export const IconShield = icon('M10 2.5l6.5 2.3v4.7c0 4-2.7 6.7-6.5 8-3.8-1.3-6.5-4-6.5-8V4.8z', 'M6.8 9.8l2.4 2.4 4-4.4')
export const IconStar = icon('M10 2.8l2.2 4.6 5 .7-3.6 3.5.8 5L10 14.2l-4.4 2.4.8-5L2.8 8.1l5-.7z')
export const IconThread = icon('M3 4.5h10v6.5H7L4.5 13v-2H3z', 'M15 7.5h2.5V14H16v2l-2.5-2H8.5v-1')
export const IconTrash = icon('M3.5 5.5h13', 'M8 5.5V3.5h4v2', 'M5 5.5l.8 11.5h8.4L15 5.5', 'M8.3 8.5v5.5', 'M11.7 8.5v5.5')
export const IconUp = icon('M5 12.5l5-5 5 5')
export const IconWarning = icon('M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z', 'M10 6.5v4.5', 'M10 13.5v.2')

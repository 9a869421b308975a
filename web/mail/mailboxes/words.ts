import { dictionary } from '../../kit/language.ts'

const ja = {
  mailboxes: 'メールボックス',
  roles: {
    inbox: '受信箱', drafts: '下書き', sent: '送信済み', trash: 'ゴミ箱', junk: '迷惑メール', archive: 'アーカイブ', all: 'すべてのメール',
    flagged: 'スター付き', important: '重要', scheduled: '送信予約',
  } as Record<string, string>,
  unread: (count: number) => `未読${count.toLocaleString('ja')}件`,
  create: '新しいメールボックス',
  createIn: (name: string) => `「${name}」の中に作成`,
  rename: '名前を変更',
  remove: '削除',
  actionsOf: (name: string) => `「${name}」の操作`,
  markAllSeen: 'すべて既読にする',
  empty: '空にする',
  name: '名前',
  parent: '作成場所',
  top: '一番上の階層',
  save: '保存',
  saved: '保存しました',
  nameMissing: '名前を入力してください。',
  nameTaken: '同じ名前のメールボックスがあります。別の名前にしてください。',
  failed: '変更できませんでした。もう一度お試しください。',
  removeTitle: (name: string) => `「${name}」を削除しますか`,
  removeHint: (count: number) => (count === 0 ? 'このメールボックスは空です。' : `中の${count.toLocaleString('ja')}件のメールは、ゴミ箱へ移動します。`),
  hasChildren: '中に別のメールボックスがあるため削除できません。先に中のものを削除してください。',
  removed: (name: string) => `「${name}」を削除しました`,
}

const en: typeof ja = {
  mailboxes: 'Mailboxes',
  roles: {
    inbox: 'Inbox', drafts: 'Drafts', sent: 'Sent', trash: 'Trash', junk: 'Junk', archive: 'Archive', all: 'All mail',
    flagged: 'Starred', important: 'Important', scheduled: 'Scheduled',
  },
  unread: (count) => `${count.toLocaleString('en')} unread`,
  create: 'New mailbox',
  createIn: (name) => `New mailbox in “${name}”`,
  rename: 'Rename',
  remove: 'Delete',
  actionsOf: (name) => `Actions for “${name}”`,
  markAllSeen: 'Mark all as read',
  empty: 'Empty',
  name: 'Name',
  parent: 'Inside',
  top: 'Top level',
  save: 'Save',
  saved: 'Saved',
  nameMissing: 'Enter a name.',
  nameTaken: 'A mailbox has this name already. Choose another.',
  failed: 'It could not be changed. Try again.',
  removeTitle: (name) => `Delete “${name}”?`,
  removeHint: (count) => (count === 0 ? 'This mailbox is empty.' : `Its ${count.toLocaleString('en')} messages move to Trash.`),
  hasChildren: 'It holds other mailboxes. Delete those first.',
  removed: (name) => `“${name}” deleted`,
}

export const words = dictionary({ ja, en })

/** In all languages: people search by them. */
export const roleNames: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.keys(ja.roles).map((role) => [role, [ja.roles[role] ?? '', en.roles[role] ?? '', ...(role === 'inbox' ? ['受信トレイ'] : [])]]),
)

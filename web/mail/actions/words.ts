import { dictionary } from '../../kit/language.ts'

const many = (count: number, one: string, several: string): string => (count === 1 ? one : `${count.toLocaleString('en')} ${several}`)

const ja = {
  moved: (count: number, to: string) => `${count.toLocaleString('ja')}件を「${to}」へ移動しました`,
  trashed: (count: number) => `${count.toLocaleString('ja')}件をゴミ箱へ移動しました`,
  archived: (count: number) => `${count.toLocaleString('ja')}件をアーカイブしました`,
  junked: (count: number) => `${count.toLocaleString('ja')}件を迷惑メールにしました`,
  notJunked: (count: number) => `${count.toLocaleString('ja')}件を受信箱へ戻しました`,
  seen: (count: number) => `${count.toLocaleString('ja')}件を既読にしました`,
  unseen: (count: number) => `${count.toLocaleString('ja')}件を未読にしました`,
  starred: (count: number) => `${count.toLocaleString('ja')}件にスターを付けました`,
  unstarred: (count: number) => `${count.toLocaleString('ja')}件のスターを外しました`,
  labelled: (count: number, name: string) => `${count.toLocaleString('ja')}件にラベル「${name}」を付けました`,
  unlabelled: (count: number, name: string) => `${count.toLocaleString('ja')}件のラベル「${name}」を外しました`,
  destroyed: (count: number) => `${count.toLocaleString('ja')}件を完全に削除しました`,
  undone: '元に戻しました',
  nothingToUndo: '元に戻せる操作はありません',
  nothingToDo: '対象のメールはありません',
  failed: (count: number) => `${count.toLocaleString('ja')}件は変更できませんでした`,
  unreachable: 'サーバーに接続できないため、操作を完了できませんでした',
  working: (done: number, total: number) => `処理しています… ${done.toLocaleString('ja')} / ${total.toLocaleString('ja')}件`,
  stop: '中止',
  stopped: (done: number) => `中止しました（${done.toLocaleString('ja')}件は処理済み）`,
  progress: '一括操作',
  sureTitle: '完全に削除しますか',
  sure: (count: number) => `${count.toLocaleString('ja')}件のメールを完全に削除します。この操作は元に戻せません。`,
  destroy: '完全に削除',
}

const en: typeof ja = {
  moved: (count, to) => `${many(count, 'Message', 'messages')} moved to “${to}”`,
  trashed: (count) => `${many(count, 'Message', 'messages')} moved to Trash`,
  archived: (count) => `${many(count, 'Message', 'messages')} archived`,
  junked: (count) => `${many(count, 'Message', 'messages')} marked as junk`,
  notJunked: (count) => `${many(count, 'Message', 'messages')} moved back to the inbox`,
  seen: (count) => `${many(count, 'Message', 'messages')} marked as read`,
  unseen: (count) => `${many(count, 'Message', 'messages')} marked as unread`,
  starred: (count) => `${many(count, 'Message', 'messages')} starred`,
  unstarred: (count) => `Star removed from ${many(count, 'message', 'messages')}`,
  labelled: (count, name) => `${many(count, 'Message', 'messages')} labelled “${name}”`,
  unlabelled: (count, name) => `Label “${name}” removed from ${many(count, 'message', 'messages')}`,
  destroyed: (count) => `${many(count, 'Message', 'messages')} deleted for good`,
  undone: 'Undone',
  nothingToUndo: 'Nothing to undo',
  nothingToDo: 'No message is concerned',
  failed: (count) => `${many(count, 'One message', 'messages')} could not be changed`,
  unreachable: 'The server cannot be reached; the action was not completed',
  working: (done, total) => `Working… ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
  stop: 'Stop',
  stopped: (done) => `Stopped (${done.toLocaleString('en')} done)`,
  progress: 'Bulk action',
  sureTitle: 'Delete for good?',
  sure: (count) => `${many(count, 'One message', 'messages')} will be deleted for good. This cannot be undone.`,
  destroy: 'Delete for good',
}

export const words = dictionary({ ja, en })

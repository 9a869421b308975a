/** All commands by name, but for those that read on while they run: `dialogues.ts`, and what brings messages. */
import type { Command } from './command.ts'
import { capability } from './commands/capability.ts'
import { check, noop } from './commands/noop.ts'
import { cancelUpdate } from './commands/cancelupdate.ts'
import { close, unselect } from './commands/close.ts'
import { comparator } from './commands/comparator.ts'
import { copy } from './commands/copy.ts'
import { create } from './commands/create.ts'
import { deleteMailbox } from './commands/delete.ts'
import { deleteAcl } from './commands/deleteacl.ts'
import { enable } from './commands/enable.ts'
import { esearch } from './commands/esearch.ts'
import { examine, select } from './commands/select.ts'
import { expunge, uidExpunge } from './commands/expunge.ts'
import { fetch } from './commands/fetch.ts'
import { getAcl } from './commands/getacl.ts'
import { getJmapAccess } from './commands/getjmapaccess.ts'
import { getMetadata } from './commands/getmetadata.ts'
import { getQuota } from './commands/getquota.ts'
import { getQuotaRoot } from './commands/getquotaroot.ts'
import { id } from './commands/id.ts'
import { language } from './commands/language.ts'
import { list, lsub } from './commands/list.ts'
import { listRights } from './commands/listrights.ts'
import { logout } from './commands/logout.ts'
import { move } from './commands/move.ts'
import { myRights } from './commands/myrights.ts'
import { namespace } from './commands/namespace.ts'
import { notify } from './commands/notify.ts'
import { rename } from './commands/rename.ts'
import { search } from './commands/search.ts'
import { setAcl } from './commands/setacl.ts'
import { sort } from './commands/sort.ts'
import { setMetadata } from './commands/setmetadata.ts'
import { setQuota } from './commands/setquota.ts'
import { status } from './commands/status.ts'
import { store } from './commands/store.ts'
import { subscribe, unsubscribe } from './commands/subscribe.ts'
import { thread } from './commands/thread.ts'
import { genUrlAuth, resetKey, urlFetch } from './commands/urlauth.ts'

const commands: ReadonlyMap<string, Command> = new Map(
  [
    capability,
    noop,
    check,
    logout,
    id,
    enable,
    namespace,
    language,
    notify,
    list,
    lsub,
    subscribe,
    unsubscribe,
    create,
    deleteMailbox,
    rename,
    status,
    getQuota,
    getQuotaRoot,
    setQuota,
    getMetadata,
    setMetadata,
    select,
    examine,
    close,
    unselect,
    expunge,
    uidExpunge,
    search,
    cancelUpdate,
    comparator,
    esearch,
    sort,
    thread,
    fetch,
    store,
    copy,
    move,
    genUrlAuth,
    resetKey,
    urlFetch,
    setAcl,
    deleteAcl,
    getAcl,
    listRights,
    myRights,
    getJmapAccess,
  ].map((command) => [command.name, command]),
)

/** `UID EXPUNGE` is a command; other UID forms are derived from the plain one. */
export const commandNamed = (name: string, byUid: boolean): Command | undefined => {
  if (!byUid) return commands.get(name)
  const own = commands.get(`UID ${name}`)
  if (own !== undefined) return own
  const plain = commands.get(name)
  return plain?.hasUidForm === true ? plain : undefined
}

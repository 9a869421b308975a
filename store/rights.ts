/**
 * Which process may ask which database what. This table is the truth: `provision.ts` grants exactly it and revokes all
 * else. Processes have no right on any table; what they can't ask here they can't have.
 */
export const databaseKinds = ['directory', 'mail', 'queue'] as const
export type DatabaseKind = (typeof databaseKinds)[number]

export const databaseUsers = ['intake', 'warden', 'mailroom', 'courier', 'desk'] as const
export type DatabaseUser = (typeof databaseUsers)[number]

export const rights = {
  intake: {
    directory: [
      'resolve', 'is_local_domain', 'filter_policies', 'isp_filter_lists', 'rules_versions', 'rules_of', 'is_marked', 'mark', 'count_sent_on',
      'owe_pushes', 'claim_pushes', 'settle_push', 'next_push', 'prune_pushes',
    ],
    mail: ['append', 'acknowledge', 'prune_arrivals', 'doom_blob', 'usage', 'greylist', 'prune_greylist'],
    queue: ['enqueue', 'trace_add', 'report_add', 'report_claim', 'report_facts', 'report_settle', 'report_received'],
  },
  warden: {
    directory: ['credential_for', 'replace_credential', 'logged_in', 'add_device', 'device_for', 'device_used'],
  },
  mailroom: {
    directory: [
      'account_state', 'may_send_as', 'identities', 'is_local_domain', 'sending_standing', 'count_sent', 'hold_sending',
      'shares_of', 'share_candidate', 'make_share', 'add_share_member', 'remove_share_member', 'remove_share', 'set_rules',
      'session_standing', 'devices', 'remove_device', 'renew_credential', 'add_push', 'change_push', 'remove_push', 'pushes_of', 'owe_pushes',
    ],
    mail: [
      'load', 'head', 'events_after', 'append', 'message_indexes', 'bodies', 'usage', 'write_snapshot', 'open_share', 'remove_share',
      'index_packs', 'index_segments', 'add_index_pack', 'sheets', 'sheet_strips', 'add_sheet', 'unpacked_bodies', 'wasted_places', 'place_bodies', 'places_in',
      'doom_blob', 'condemned_blobs', 'blobs_removed',
    ],
    queue: ['enqueue', 'submit', 'cancel', 'forgo', 'submissions', 'hold_sender', 'trace_add', 'person_say'],
  },
  courier: {
    queue: [
      'waiting', 'claim', 'renew', 'body', 'settle', 'next_due', 'forget_bounced', 'enqueue',
      'trace_add', 'trace_turn', 'report_add', 'sts_policy', 'keep_sts_policy',
    ],
  },
  desk: {
    directory: [
      'add_brand', 'brands', 'add_domain', 'remove_domain', 'domains', 'add_account', 'find', 'list', 'set_state',
      'add_alias', 'remove_alias', 'set_credential', 'escrow_of', 'bury', 'sign_out_account', 'sign_out_all', 'set_brand_look', 'brand_look',
      'account_state', 'add_identity', 'remove_identity', 'plans', 'set_plan', 'remove_plan', 'give_plan', 'sending_of', 'hold_sending',
      'filter_policies', 'isp_filter_lists', 'set_filter_setting', 'filter_of', 'set_filter_choice', 'filter_decisions',
      'add_filter_entry', 'remove_filter_entry', 'rules_standing', 'switch_rules', 'public_keys', 'claim_owed_notices', 'settle_owed_notice',
    ],
    mail: ['open_journal', 'set_quota', 'set_message_quota', 'set_open', 'usage_of', 'remove_journal'],
    queue: [
      'queue_list', 'queue_summary', 'queue_act', 'queue_act_all', 'queue_pause', 'hold_sender', 'trace_find', 'trace_of', 'reports_of',
      'person_reports',
    ],
  },
} as const satisfies Record<DatabaseUser, Partial<Record<DatabaseKind, readonly string[]>>>

type RightsTable = Readonly<Record<DatabaseUser, Readonly<Partial<Record<DatabaseKind, readonly string[]>>>>>

/** The functions of `ask` that a user may call in a database; none where it may not even connect. */
export const functionsOf = (user: DatabaseUser, kind: DatabaseKind): readonly string[] => {
  const table: RightsTable = rights
  return table[user][kind] ?? []
}

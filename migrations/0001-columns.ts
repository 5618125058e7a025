/** What each column of the first schema says about people. */
import { hidden, plain, type ColumnClasses } from './describe-columns.ts';

const DEVICE = 'a keyed hash of what an app calls its device; codes and sessions are bound to it';
const PICTURE =
  'the receipt names it; it gives away nothing but whether it is a picture that one already has';
const STAFF = 'members of staff act in office: their colleagues see who decided';

export const INITIAL_COLUMNS: ColumnClasses = {
  elections: plain(
    'id title term kinds time_zone correction_hours questionnaire document_kinds defect_reasons created_at',
  ),
  election_windows: plain('election_id kind opens_at closes_at daily_from daily_to'),
  divisions: plain('code level parent_code name'),
  constituencies: plain('id election_id kind title title_key division_code governorate seats'),
  notices: plain('id step text since ended_at'),
  candidates: { ...plain('id created_at'), ...hidden('mobile_sealed mobile_hmac') },
  one_time_codes: {
    ...plain(
      'id purpose session_id registration_id attempts created_at expires_at resend_at sent_at consumed_at superseded_at',
    ),
    ...hidden('mobile_sealed mobile_hmac code_hmac code_sealed'),
    device_id: DEVICE,
  },
  sessions: {
    ...plain(
      'id candidate_id code_id device_kind created_at last_seen_at expires_at confirmed_at ended_at ended_by replaced_by',
    ),
    ...hidden('token_hash'),
    device_id: DEVICE,
    device_name: 'its owner is told by this name which device took over',
  },
  idempotency_keys: plain('scope key body_hash effect effect_id created_at'),
  registrations: {
    ...plain(
      'id candidate_id election_id constituency_id governorate status sequence revision round line line_reason person person_reason card card_reason card_attempt_id closes_at correction_hours returned_at deadline waiting_since preliminary_code frozen_revision next_command_number version created_at updated_at',
    ),
    ...hidden('national_id_sealed national_id_hmac birth_date_sealed person_sealed withdrawal_reason_sealed'),
  },
  commands: plain(
    'id registration_id number kind payload actor_kind actor_id received_at in_time state delivered_at decided_at code result',
  ),
  registration_facts: plain('registration_id sequence type payload cause round recorded_at'),
  drafts: { ...plain('registration_id version updated_at'), ...hidden('answers_sealed') },
  documents: {
    ...plain('id registration_id kind version bytes width height uploaded_at removed_at'),
    ...hidden('key_sealed content_sealed'),
    original_sha256: PICTURE,
    sha256: PICTURE,
  },
  revisions: {
    ...plain('registration_id number command_id draft_version documents checked_at frozen_at'),
    ...hidden('answers_sealed'),
    content_hash: 'stands on the receipt; covers the hashes of whole pictures, so that nobody can guess it',
  },
  card_verifications: {
    ...plain(
      'id reference registration_id command_id bank return_url state reason start_called_at expires_at created_at updated_at',
    ),
    ...hidden('card_sealed card_hmac redirect_url_sealed bank_reference_sealed'),
  },
  defects: {
    ...plain('id registration_id command_id revision round target reason state opened_at answered_at'),
    ...hidden('note_sealed'),
  },
  messages: plain('id registration_id cause kind text defect_command_id sent_at read_at'),
  sms: {
    ...plain(
      'id registration_id cause template parameters state provider provider_reference attempts created_at attempted_at sent_at settled_at',
    ),
    ...hidden('mobile_sealed'),
  },
  staff: {
    ...plain('id role governorate demo disabled_at created_at'),
    email: STAFF,
    name: STAFF,
    password_hash: 'argon2id with a salt of its own',
  },
  staff_sessions: { ...plain('staff_id created_at last_seen_at'), ...hidden('token_hash') },
  staff_sign_in_failures: { ...plain('id at'), ...hidden('account_hmac address_hmac') },
  audit: plain('id at actor_kind actor_id action subject_kind subject_id governorate detail'),
};

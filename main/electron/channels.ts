/** Names of the two ways between the window and its host; shared by both ends. */
export const CALL_CHANNEL = 'chargebench:call';
export const EVENT_CHANNEL = 'chargebench:event';

/** Every permission there is, each with what it allows. Roles and API keys are sets of these; every route needs one. */
export const PERMISSIONS = {
  "catalog:read": "See SKUs and categories.",
  "catalog:write": "Create, change and deactivate SKUs.",
  "network:read": "See locations, networks and channels.",
  "network:write": "Create, change and deactivate locations, networks and channels.",
  "inventory:read": "See stock positions, their movements and what is short.",
  "inventory:write": "Adjust stock, record movements and send stock snapshots.",
  "supply:write": "Announce, change, receive and cancel expected receipts.",
  "availability:read": "Ask what can be promised in a channel.",
  "orders:read": "See orders with their customers, lines and timelines.",
  "orders:write": "Capture and change orders.",
  "orders:cancel": "Cancel orders, lines and quantities.",
  "orders:hold": "Place and release holds on orders.",
  "orders:export": "Export lists of orders as files.",
  "orders:migrate": "Capture orders of the past with their original times, and pin lines to locations.",
  "fulfillment:read": "See fulfillment orders and shipments.",
  "fulfillment:write": "Accept, reject, pick, pack, ship and hand over fulfillment orders.",
  "fulfillment:deliver": "Report shipments as delivered or lost.",
  "documents:read": "See workflows, rules and templates with their versions and drafts.",
  "documents:write": "Prepare drafts of workflows, rules and templates.",
  "documents:publish": "Publish and withdraw workflows, rules and templates.",
  "messages:read": "See messages to customers, with their texts.",
  "messages:write": "Tell customers, send messages again, erase them, and note bounces.",
  "events:read": "Follow the event feed.",
  "imports:read": "See file imports and their errors.",
  "imports:write": "Upload and cancel file imports.",
  "users:read": "See users and roles.",
  "users:write": "Create, change and disable users, with no more rights than one's own.",
  "roles:write": "Change which permissions a role has, within one's own.",
  "keys:read": "See API keys, without their secrets.",
  "keys:write": "Create and revoke API keys, with no more rights than one's own.",
  "audit:read": "See who changed what.",
  "tasks:read": "See exceptions and tasks.",
  "tasks:write": "Resolve exceptions and tasks.",
  "tasks:manage": "Do the tasks of every team, and take over or give away those of others.",
  "webhooks:read": "See webhooks and their deliveries, with the events that were sent.",
  "webhooks:write":
    "Create, change and remove webhooks, which are sent events of the whole account; replay deliveries.",
  "inbound:read": "See the events that other systems have told, with what they hold.",
  "inbound:write": "Set the secrets of other systems; replay and skip their events.",
  "jobs:read": "See background jobs and what is parked.",
  "jobs:write": "Retry, skip and assign parked jobs.",
  "reports:read": "See today's figures and reports.",
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(PERMISSIONS, name);
}

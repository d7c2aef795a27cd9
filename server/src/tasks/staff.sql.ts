/** SQL for whether user `user` has a permission. Administrators have every one, whatever the row of their role says. */
export const has = (user: string, permission: string) =>
  `exists (select from access.user_roles ur join access.roles r on r.code = ur.role_code
            where ur.user_id = ${user}.id and (r.code = 'admin' or r.permissions @> array['${permission}']))`;

/** SQL for whether user `user` does tasks at all. */
export const doesTasks = (user: string) => `${user}.disabled_at is null and ${has(user, "tasks:write")}`;

/** The same for those at the location of task `t`. */
const doesTaskThere = (user: string) =>
  `(${user}.location_codes is null or t.location = any(${user}.location_codes)) and ${doesTasks(user)}`;

const isMember = (user: string, team: string) => `${user}.teams && (t.helpers || ${team})`;

/** SQL for whether somebody of `team` or of the helpers can do task `t`; whoever else is in them keeps nobody from it. */
export const staffedBy = (team: string) =>
  `exists (select from access.users m where ${isMember("m", team)} and ${doesTaskThere("m")})`;

/** SQL for whether user `user` may end task `t` of `team`: as a member, as a manager, or as anybody while it is unstaffed. */
export const mayDoFor = (user: string, team: string) =>
  `${doesTaskThere(user)} and (${isMember(user, team)} or ${has(user, "tasks:manage")} or not ${staffedBy(team)})`;

/**
 * Alerts: messages to people, by e-mail and by a call of the operators' pager. The package decides when an alert is
 * sent, tried again, held back or dropped, what mails about endpoints say, and to whom they go. It does not decide what
 * is a problem and when an alert is due for it ({@code io.bellwire.escalation}), nor where calls may go ({@code
 * io.bellwire.outbound}). Alerts are best effort: what must not be lost is an event in a feed.
 *
 * <p>The path of an alert:
 *
 * <ol>
 *   <li>{@link io.bellwire.alert.Alert} takes control characters out of what others have chosen, such as names.
 *   <li>{@link io.bellwire.alert.QueuedAlerts} gives it to the {@code AlertLoop} of its way, mail or pager, once for each
 *       recipient; each loop has a thread of its own, so a mail server that hangs does not hold up the pager.
 *   <li>{@code AlertQueue} asks {@code RecipientLimits} whether the recipient may get one more within the hour; what is
 *       held back is named in one summary as soon as the recipient may get a message again.
 *   <li>The loop takes what is due, and has {@code MailSender} or {@code Pager} send it. A {@code MailConnection} is cut
 *       when the time of its mail is over. An {@code AlertFailure} says whether to drop the alert, to try it again later,
 *       or to leave the server alone for a while.
 * </ol>
 *
 * <p>{@link io.bellwire.alert.EndpointMails} follows the changes of endpoints, and mails their contacts.
 *
 * <p>To add a way: an {@code AlertTransport}, a constant of {@code AlertWay}, a method of {@link
 * io.bellwire.alert.Alerts}, and options in {@code serve.AlertArguments}. To add a mail about endpoints: {@code
 * EndpointMails}, and section 17.2 of PROTOCOL.md.
 */
@NullMarked
package io.bellwire.alert;

import org.jspecify.annotations.NullMarked;

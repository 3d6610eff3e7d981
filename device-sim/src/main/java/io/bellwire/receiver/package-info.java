/**
 * A partner's receiver of webhooks, to try everything out with, and the cases that check somebody else's receiver. It
 * knows only the wire contract, WEBHOOKS.md. It decides how a call is verified, what is applied, what is answered and
 * how the receiver misbehaves if told to; it does not decide when Bellwire calls.
 *
 * <p>The path of a call:
 *
 * <ol>
 *   <li>{@code ReceiverServer} reads the request from its socket and hands a {@link
 *       io.bellwire.receiver.ReceivedRequest} to {@link io.bellwire.receiver.PartnerReceiver};
 *   <li>{@code Receiver}, which has no input and output, verifies it with {@code
 *       SignatureVerifier}, parses it into {@link io.bellwire.receiver.CallEvent}s, leaves out what {@code
 *       ReceiverMemory} has applied, and returns a {@code Receiver.Plan}: the answer, and the work before it;
 *   <li>{@code PartnerReceiver} appends the work to its {@link io.bellwire.receiver.ReceiverJournal}, and only then lets
 *       the memory have it and the answer go out: what was answered with 2xx survives {@code kill -9};
 *   <li>{@code FeedCatchUp} reads the partner's feed when a call carried no data or a revision is missing, and
 *       acknowledges once a second what has been applied without a gap. If it is told so, {@code ReplayCatchUp} asks
 *       for replays ({@link io.bellwire.receiver.ReplayClient}) in place of the reads for what is missing.
 * </ol>
 *
 * <p>{@link io.bellwire.receiver.ReceiverReport} compares what receivers have applied with what the server has
 * acknowledged.
 *
 * <p>{@link io.bellwire.receiver.ReceiverCertifier} runs the cases of {@code AcceptedCallCases} and {@code
 * RefusedCallCases} against any receiver, with calls that {@code SampleCalls} makes.
 *
 * <p>To add a fault: its field in {@link io.bellwire.receiver.ReceiverFaults}, its place in {@code Receiver}, its row in
 * {@link io.bellwire.receiver.CallOutcome}, its option in {@code io.bellwire.sim.PartnerCommand}, its test in {@code
 * ReceiverFaultsTest}.
 *
 * <p>To add a case: a {@code ReceiverCase} with the next free number, of which numbers and ids never change; its row in
 * WEBHOOKS.md, which {@code WebhooksDocumentTest} compares; a receiver in {@code WrongReceiver} that fails it.
 */
@NullMarked
package io.bellwire.receiver;

import org.jspecify.annotations.NullMarked;

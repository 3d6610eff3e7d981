/**
 * The endpoints of partners: where a partner wants to be called, with what, and how. This package decides what settings
 * an endpoint may have, which of its URLs is in use, and which keys sign its calls. It does not decide when an endpoint
 * is called or what became of a call ({@code io.bellwire.delivery}).
 */
@NullMarked
package io.bellwire.webhook;

import org.jspecify.annotations.NullMarked;

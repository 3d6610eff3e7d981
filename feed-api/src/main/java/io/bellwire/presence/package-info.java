/**
 * Which devices are there: from connections that come and go, and from requests, to what an operator is shown and to the
 * few events of them that are worth writing down. What happens when is decided by one pure class, the board.
 */
@NullMarked
package io.bellwire.presence;

import org.jspecify.annotations.NullMarked;

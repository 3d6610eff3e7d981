/** Messages to people. This package decides how they are sent, and not when. */
@NullMarked
package io.bellwire.alert;

import org.jspecify.annotations.NullMarked;

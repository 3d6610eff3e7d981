/** JSON whose numbers stay as they were written. */
@NullMarked
package io.bellwire.json;

import org.jspecify.annotations.NullMarked;

package dev.outband.client;

import dev.outband.api.Confirmation;
import dev.outband.api.ReceptionStub;
import dev.outband.transport.DataPlane;
import java.lang.reflect.Method;

/**
 * Lets short objects ride in the replies of calls that answer with a confirmation, and brings them
 * to their receptions, before the caller sees the confirmation. Safe for use by several threads.
 */
final class InbandCalls {
  private final DataPlane dataPlane;

  InbandCalls(DataPlane dataPlane) {
    this.dataPlane = dataPlane;
  }

  /** The arguments to call with. */
  Object[] offer(Method method, Object[] arguments) {
    if (arguments == null || method.getReturnType() != Confirmation.class) {
      return arguments;
    }
    Object[] offered = arguments.clone();
    for (int i = 0; i < offered.length; i++) {
      if (offered[i] instanceof ReceptionStub stub) {
        offered[i] = dataPlane.offerInband(stub);
      }
    }
    return offered;
  }

  /** The answer to a call; what it brought has arrived, or its reception has failed. */
  Object delivered(Object[] arguments, Object answer) {
    if (answer instanceof Confirmation confirmation && arguments != null) {
      for (Object argument : arguments) {
        if (argument instanceof ReceptionStub stub
            && stub.ticket().id().equals(confirmation.transferId())) {
          dataPlane.deliver(stub, confirmation);
        }
      }
    }
    return answer;
  }
}

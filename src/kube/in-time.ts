import type { Dispatcher } from 'undici';

/**
 * Sends nothing after `deadline`, a moment of `performance.now()`: looks at the clock last before the bytes of a request go
 * out. A request may wait for its credentials and its connection, and no timer fires in a process that is frozen meanwhile:
 * when it goes on, its connection comes first, and an old write would go out although somebody else leads by now.
 */
export const inTime = (dispatcher: Dispatcher, deadline: number): Dispatcher =>
  dispatcher.compose((dispatch) => (options, handler) => dispatch(options, refusingAfter(deadline, handler)));

function refusingAfter(deadline: number, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      if (performance.now() < deadline) handler.onRequestStart?.(controller, context);
      else controller.abort(new Error('Its time was over before it could be sent'));
    },
    onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
    onResponseStart: (...start) => handler.onResponseStart?.(...start),
    onResponseData: (...data) => handler.onResponseData?.(...data),
    onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
    onResponseError: (...error) => handler.onResponseError?.(...error),
  };
}

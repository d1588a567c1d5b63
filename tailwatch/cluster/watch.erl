%% Ends a broker that stood still for longer than LIMIT_S, at its first breath: by then the others have gone on without
%% it, and what it holds of them is old. Its machine starts it again, and it joins as one that was killed.
Loop = fun Next(Before) ->
    timer:sleep(1000),
    Now = erlang:monotonic_time(millisecond),
    case Now - Before > {limit_s} * 1000 of
        true ->
            erlang:display({stood_still_for_ms, Now - Before, ends_to_join_anew}),
            erlang:halt(1, [{flush, false}]);
        false ->
            Next(Now)
    end
end,
spawn(fun() -> Loop(erlang:monotonic_time(millisecond)) end).

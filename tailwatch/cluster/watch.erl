%% Ends a broker that the others went on without. They have deleted what its clients listen to, and its clients would
%% hear nothing any more; its machine starts it again, and it joins as one that was killed. It is one that
%% - had the larger part of the brokers, and has it no more, or
%% - was lost by one that has the larger part, and is met by it again as the same process: that one tells it.
%% A watch is known to the others by its process, which is another one after each start (Erlang/OTP, pid, creation). One
%% that begins when its broker has met others already greets them, and who is greeted by one that it does not know answers.
%% One that is told ends a second later: what it has to tell that other itself is on its way by then.
Peers = [{peers}],
HasMost = fun() -> 2 * length([Peer || Peer <- Peers, lists:member(Peer, [node() | nodes()])]) > length(Peers) end,
End = fun(Why) ->
    erlang:display({Why, ends_to_join_anew}),
    erlang:halt(1, [{flush, false}])
end,
Loop = fun Next(HadMost, Known, Lost) ->
    {Met, Gone} =
        receive
            {nodeup, Up} ->
                {tailwatch_watch, Up} ! {tailwatch_watch, self()},
                {Known, Lost};
            {nodedown, Down} when is_map_key(Down, Known) ->
                {maps:remove(Down, Known), Lost#{Down => map_get(Down, Known)}};
            {tailwatch_watch, Peer} ->
                case Known of
                    #{node(Peer) := Peer} -> known;
                    #{} -> Peer ! {tailwatch_watch, self()}
                end,
                case Lost of
                    #{node(Peer) := Peer} -> Peer ! {tailwatch_went_on_without_you, node()};
                    #{} -> met_for_the_first_time
                end,
                {Known#{node(Peer) => Peer}, maps:remove(node(Peer), Lost)};
            {tailwatch_went_on_without_you, Other} ->
                erlang:send_after(1000, self(), {tailwatch_end, {went_on_without_it, Other}}),
                {Known, Lost};
            {tailwatch_end, Why} ->
                End(Why);
            _ ->
                {Known, Lost}
        end,
    case HasMost() of
        true -> Next(true, Met, Gone);
        false when HadMost -> End(has_not_the_larger_part);
        false -> Next(false, Met, #{})
    end
end,
spawn(fun() ->
    register(tailwatch_watch, self()),
    net_kernel:monitor_nodes(true),
    [{tailwatch_watch, Other} ! {tailwatch_watch, self()} || Other <- nodes()],
    Loop(false, #{}, #{})
end).

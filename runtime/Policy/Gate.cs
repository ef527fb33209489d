using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy;

/// <summary>
/// The gate of one tool: every host function that opens a door asks it on its first line. The grants behind it are swapped whole while calls
/// run, so a running call goes on under the new ones.
/// </summary>
public sealed class Gate
{
    private readonly string _tool;
    private readonly DecisionSink? _sink;
    private readonly Gate _root;
    private readonly Lock _handlers = new();
    private volatile Grants _grants;
    private EventHandler? _changed;

    /// <param name="tool">The tool's name, for events.</param>
    /// <param name="sink">Is told of every decision of <see cref="Ask"/>.</param>
    public Gate(string tool, Grants grants, DecisionSink? sink)
    {
        _tool = tool;
        _grants = grants;
        _sink = sink;
        _root = this;
    }

    private Gate(Gate root, DecisionSink sink)
        : this(root._tool, root._grants, sink) => _root = root;

    /// <summary>Raised after a swap, on the thread that swapped: whoever holds something open asks <see cref="StillGrants"/> whether it may.</summary>
    public event EventHandler? Changed
    {
        add
        {
            lock (_root._handlers)
            {
                _root._changed += value;
            }
        }
        remove
        {
            lock (_root._handlers)
            {
                _root._changed -= value;
            }
        }
    }

    /// <summary>The grants in force. Each question is answered by the grants of its moment.</summary>
    public Grants Current => _root._grants;

    /// <summary>The same gate, whose decisions <paramref name="sink"/> is told of besides: those of one call.</summary>
    public Gate ForCall(DecisionSink sink)
    {
        var outer = _sink;
        return new Gate(_root, outer is null ? sink : Both);

        void Both(string tool, in HostRequest request, in Decision decision)
        {
            outer(tool, request, decision);
            sink(tool, request, decision);
        }
    }

    /// <summary>May this happen? Each answer is an event.</summary>
    public Decision Ask(in HostRequest request)
    {
        var decision = Current.Decide(request);
        _sink?.Invoke(_tool, request, decision);
        return decision;
    }

    /// <summary>True where what was opened by this request may stay open. Only a no is an event.</summary>
    public bool StillGrants(in HostRequest request)
    {
        var decision = Current.Decide(request);
        if (!decision.Allowed)
        {
            _sink?.Invoke(_tool, request, decision);
        }
        return decision.Allowed;
    }

    /// <summary>
    /// Puts grants in force, whatever their generation: who swaps says what is to be, and does so one at a time. RATIONALE.md, "What if somebody else writes what
    /// pods are handed?"
    /// </summary>
    public void Swap(Grants next)
    {
        _root._grants = next;
        _root._changed?.Invoke(this, EventArgs.Empty);
    }
}

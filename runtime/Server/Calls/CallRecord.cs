using System.Collections.Immutable;
using Tapedeck.Policy;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Server.Calls;

/// <summary>What is known of one call, for its audit events and its error. Decisions come in from any thread.</summary>
internal sealed class CallRecord(AuditLog audit, string tool, string function, string digest, string caller, string protocolVersion)
{
    /// <summary>Decisions against a call that have an event each; of what is more the number is told.</summary>
    internal const int MostEvents = 1_000;

    private const int MostDenials = 16;

    private readonly Lock _gate = new();
    private readonly List<Denial> _denials = [];
    private List<(string Capability, RuleReference? Rule)>? _used;
    private int _denied;
    private int _wouldDeny;
    private int _against;

    /// <summary>What the events of one call have in common: no other call of this process has it.</summary>
    internal long Call { get; } = audit.NextCall();

    /// <summary>As <c>namespace/name</c>.</summary>
    internal string Tool => tool;

    /// <summary>The name of the MCP tool.</summary>
    internal string Function => function;

    /// <summary>Of the component.</summary>
    internal string Digest => digest;

    internal string Caller => caller;

    internal string ProtocolVersion => protocolVersion;

    /// <summary>As they came; not to be read after the call.</summary>
    internal ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>Of the grants that the call began with.</summary>
    internal long Generation { get; init; }

    internal int Denied => Volatile.Read(ref _denied);

    internal int WouldDeny => Volatile.Read(ref _wouldDeny);

    /// <summary>How many decisions against the call have no event.</summary>
    internal int Untold => Math.Max(0, Volatile.Read(ref _against) - MostEvents);

    /// <summary>The first of what was denied.</summary>
    internal ImmutableArray<Denial> Denials
    {
        get
        {
            lock (_gate)
            {
                return [.. _denials];
            }
        }
    }

    /// <summary>
    /// The sink of the call's gate: each decision is an event, but that a rule which the call has used before allows something once more, and what is decided against a call that
    /// went on asking a thousand times.
    /// </summary>
    internal void Decided(string _, in HostRequest request, in Decision decision)
    {
        if (decision.Verdict == Verdict.Allowed ? IsFirst(request.Capability, decision.Rule) : Count(request, decision))
        {
            audit.Decided(this, request, decision);
        }
    }

    private bool IsFirst(string capability, RuleReference? rule)
    {
        lock (_gate)
        {
            if (_used?.Contains((capability, rule)) == true)
            {
                return false;
            }
            (_used ??= []).Add((capability, rule));
            return true;
        }
    }

    private bool Count(in HostRequest request, in Decision decision)
    {
        lock (_gate)
        {
            _wouldDeny += decision.Verdict == Verdict.WouldDeny ? 1 : 0;
            if (decision.Verdict == Verdict.Denied && ++_denied <= MostDenials)
            {
                _denials.Add(new Denial(request.Capability, request.ToString(), decision.Rule is { } rule ? $"{rule}: {decision.Message}" : decision.Message));
            }
            return ++_against <= MostEvents;
        }
    }
}

using System.Collections.Immutable;
using Tapedeck.Policy.Limits;

namespace Tapedeck.Server.Calls;

/// <summary>Why a call has no value: what agents and programs may decide by, and a text for the model.</summary>
/// <param name="Code">One of <see cref="FailureCodes"/>.</param>
/// <param name="Message">What happened, and where it helps, what to do.</param>
/// <param name="Detail">The error of the tool as JSON; empty where there is none.</param>
/// <param name="Denials">What the policy denied while the call ran.</param>
internal sealed record CallFailure(string Code, string Message, ReadOnlyMemory<byte> Detail, ImmutableArray<Denial> Denials)
{
    internal static CallFailure Of(string code, string message) => new(code, message, default, []);

    internal static CallFailure Of(LimitExceeded limit) => Of(limit.Code, limit.Message);
}

/// <summary>Something that the policy denied.</summary>
/// <param name="Capability">As <c>network.http</c>.</param>
/// <param name="Request">What was asked for, in words without secrets.</param>
/// <param name="Why">The rule that decided, or that none allows it.</param>
internal sealed record Denial(string Capability, string Request, string Why);

using Tapedeck.Wasi.Calls;

namespace Tapedeck.Server.Calls;

/// <summary>What became of a call: JSON, or why there is none.</summary>
/// <param name="Json">The value as JSON; meaningless where there is a failure.</param>
/// <param name="IsText">Whether the value is a text, which content shows without quotes.</param>
/// <param name="Failure">Null where the call succeeded.</param>
internal readonly record struct CallOutcome(ReadOnlyMemory<byte> Json, bool IsText, CallFailure? Failure)
{
    /// <summary>What the component wrote; null where it did not begin.</summary>
    internal CallLog? Log { get; init; }

    internal static CallOutcome Failed(CallFailure failure) => new(default, false, failure);
}

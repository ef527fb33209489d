using Tapedeck.Wasi.Calls;

namespace Tapedeck.Server.Calls;

/// <summary>What became of a call: JSON, or why there is none.</summary>
/// <param name="Json">The value as JSON; meaningless where there is a failure.</param>
/// <param name="IsText">Whether the value is a text, which content shows without quotes.</param>
/// <param name="Failure">Null where the call succeeded.</param>
internal readonly record struct CallOutcome(ReadOnlyMemory<byte> Json, bool IsText, CallFailure? Failure)
{
    /// <summary>How much memory an answer takes for each byte of its JSON: as text, as a value and in the message, which is copied once more to be sent.</summary>
    private const int Amplification = 6;

    /// <summary>What the component wrote; null where it did not begin.</summary>
    internal CallLog? Log { get; init; }

    /// <summary>Bytes of memory that it takes until a client has read it.</summary>
    internal long BytesToSend(bool withLog) =>
        Amplification * ((Failure is null ? Json.Length : Failure.Detail.Length + (2L * Failure.Message.Length)) + (withLog && Log is not null ? Log.Length : 0));

    internal static CallOutcome Failed(CallFailure failure) => new(default, false, failure);
}

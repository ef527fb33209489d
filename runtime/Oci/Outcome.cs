using System.Diagnostics.CodeAnalysis;

namespace Tapedeck.Oci;

/// <summary>A value, or the error that stands in its place. The default value of this type is neither and is not to be made.</summary>
public readonly struct Outcome<T>
    where T : class
{
    private Outcome(T? value, OciError? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public OciError? Error { get; }

    /// <summary>True where <see cref="Value"/> is there, false where <see cref="Error"/> is.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Value is not null;

    /// <summary>The value, where the caller knows that there is one.</summary>
    /// <exception cref="InvalidOperationException">There is an error instead; its text is the message.</exception>
    public T Required => Value ?? throw new InvalidOperationException(Error?.ToString());

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is made by returning what it holds.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is made by returning what it holds.")]
    public static implicit operator Outcome<T>(OciError error) => new(null, error);
}

namespace Tapedeck.Oci.Signatures;

/// <summary>Someone whose signature counts: a <see cref="KeySigner"/>, a <see cref="KeylessSigner"/> or a <see cref="NotationSigner"/>.</summary>
public abstract record TrustedSigner
{
    private protected TrustedSigner()
    {
    }

    /// <summary>Who, for people.</summary>
    internal abstract string Who { get; }
}

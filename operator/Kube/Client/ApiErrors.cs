namespace Tapedeck.Kube.Client;

/// <summary>From the server's status to the type of the failure.</summary>
internal static class ApiErrors
{
    /// <param name="request">What was asked, for the message: verb, resource, key.</param>
    internal static ApiException From(string request, ApiStatus status) => status.Code switch
    {
        401 => new UnauthorizedException(request, status),
        403 => new ForbiddenException(request, status),
        404 => new NotFoundException(request, status),
        409 => Conflict(request, status),
        410 => new GoneException(request, status),
        422 => new InvalidException(request, status),
        429 => new TooManyRequestsException(request, status),
        // https://github.com/kubernetes/kubernetes/issues/122480
        500 when IsAgainstSchema(status) => new InvalidException(request, status),
        // 408: the server's own time-out for a request that did not arrive in full.
        408 or >= 500 => new UnavailableException(request, status),
        _ => new ApiException(request, status),
    };

    /// <summary>Server-side apply reads what is applied by the schema of its kind, and takes what it cannot read for a failure of the server, without a reason.</summary>
    private static bool IsAgainstSchema(ApiStatus status) => status.Reason.Length == 0
        && (status.Message.StartsWith("failed to create typed patch object", StringComparison.Ordinal) || status.Message.StartsWith("failed to convert new object", StringComparison.Ordinal));

    private static ApiException Conflict(string request, ApiStatus status) =>
        status.Reason == "AlreadyExists" ? new AlreadyExistsException(request, status)
        : status.Causes.Any(ApplyConflictException.IsOne) ? new ApplyConflictException(request, status)
        : new ConflictException(request, status);
}

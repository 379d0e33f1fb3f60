namespace Backsoon.Promises;

/// <summary>Everybody who has a business, as rows: <c>account</c>, <c>email</c>, <c>refuses_seal</c>. Whoever was made up is none of them.</summary>
public static class Owners
{
    public const string Rows =
        """
        (select substr(grain_key, length('account/') + 1) account, state -> 'Email' ->> 'Value' email, coalesce((state ->> 'RefusesSeal')::boolean, false) refuses_seal from (
            select grain_key, convert_from(payload, 'UTF8')::jsonb state from grain_state where grain_type = 'account' and payload is not null) kept
        where jsonb_array_length(state -> 'Tenants') > 0 and state -> 'Email' ->> 'Value' not like '%.invalid') owner
        """;
}

// Written by Training/flamingo/witness.py: scenes that no training has seen, what is true of them, and what PyTorch makes of the
// shipped weights.
enum PocketScenes {
    static let all: [(png: String, truth: String, said: String)] = [
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEXwbqrtbanpbKfmaqbhaaTIX5jBXZWvVo2jUomdT4WPSn+MRr6DQ7WDRY"
                + "J+RHh0QHNwPKJjOIFbNn9MMH4+LGE3KVk2KGgwJ1gtJlQoI1omI1gjIlAgIVEcH00bH00ZHkuB0yGIAAABW0lEQVR42u2W23KDIBRFj0nVEKIS"
                + "TTTWC///l4VyERUoTvrQ6bAfkszehxXQAwr0TcGfAzT32Vu/y9eA+Y4xGd3DLfkKMBKMfQRbDrsc41vvG7/JDcDnDWMfwZ4vgF7nrKLdj3fkGt"
                + "AaOVOzHe/KFaDFG20IzlwCGrxTvbr9zlwAamwRWVrGk3PATLBV6oZ7cw5oiLWCkFrMwZuD/RJx9Z5LuOQREAERYALG1qLJOI/dOfy/h2sERMCb"
                + "gLEui3rYvNT87GlA9QFMp8LYg0GeAiCQypfqIE8CKu6lWcI+r/q/gjx5oLB5pQ9Kuwwg6egRT76hMOKD/3idASp6xBOAkoFFSQ6A6BFPAAqATA"
                + "QXXRzo6SWIJQ1skSU94gnAcGLoF/tmM4MnPeKBnhuc8wtvEqRuWZgnAVOuGiTVXRrmqU6crsm3j4zOD/KWzdRVCJXP9cYJ8OKJFAG/AvgC6PyE"
                + "qne1CHYAAAAASUVORK5CYII=",
            truth: "two large purple houses above three pink rings on a night background.",
            said: "two large purple houses above three pink rings on a night background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAOVBMVEXcKCjJJia5JCSyIyOsIiKjISGfISGGHh52HBxsGhpfGRlZGBhPFxdCFR"
                + "UvExMmEhIZEBASEBAPDw/BuTVWAAAAq0lEQVR42u2Uyw7DIAwETZykzdvh/z82D7WCYDuXqFIP6wMcBkYIL1B8WAQBBBBA8AOBdG0zxjg2bSfW"
                + "Upsnwcq0V98fI696v8OTYDgIhXBOgxY4PAnelNVLCxxenuBT7gkUz+6gSryy7sDmWRfm8OVhtrpgczJW2PsdfgnScnaKFy80Fr8mUWqiWvzYGb"
                + "yIsjDLXXA1L9/CNN1HX3H8BxBAAAEEEEAAwf8JNjEaEnZY/rTfAAAAAElFTkSuQmCC",
            truth: "two small red hearts in a row on a black background.",
            said: "two small red hearts in a row on a black background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEUyWtwyWtsyWdoxWNgxV9QxVtIvVM0vU8ovUsguUMQtTr8tTbwsS7gqR6"
                + "4qRaknP5smPJQlOo4kN4gjNYMiM30hMHYfK2wdJ2IcJl0bI1caIVIaIFAaH00ZH00ZHkwZHkvawer2AAABSUlEQVR42u2W25KDIAyG43HrWUSs"
                + "Arbv/5YbqYNSd2Yb3b3jvzKOfCSBJMLzosADPMADPMAD/g/AGn0FoBuASp4HqApQpTwLkCUYZdM5wJTBqvR+BnBPwSoZ6IAhgZ3ingoQMTgKOx"
                + "qAh/Cu9vCt7usbJqji6ggYx9RdXozj+40SN5tk/kMOvlxAedi/eaX3lapakwFmfcalErkhUAFiSWxj7qhiERodDaAx/pA9VqtHQiJJgB5fNY+t"
                + "ZtFkJECN8e9qbMaqKUgAjIA7KQkgJAG2mFcXsPBGIkD9AuhaR9wF4D0Ve3vAq68pTRVbVb5zYV5sUlfm27mZUw1ssX0IUBhDZHvEgLUfTbS5sL"
                + "gQsdn438e7av94sNTmbMQ8D1WwPGkqQBtCkGWh2/oJo62zXTNq9anZKFmxbJ+304Xheuh0/gfDAzzgjwDf+AC8ufcnTAcAAAAASUVORK5CYII=",
            truth: "a blue house to the left of an outlined blue circle on a night background.",
            said: "a blue house to the left of an outlined blue circle on a night background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEX11zLy1jjt00Xm0FXfzGXbym3XyHfQxIfNw47CvqW9u7G7ura5ubm1uL"
                + "att6+ntqqetKOas5+Wsp2QspiHsJB8rohvq31rq3lfqXBQpmRDo1k/olU9olQ7olI2oU8yoEsphaX+AAABIElEQVR42u3V246DIBQF0DNl1NpK"
                + "xQv1Uiv//5cV0AftBD2HZNI07Bd5YQU3KJB5BgLgBC6pJxAxPyAFOHsBDOB09QASmBLTgctJAz8pGYjAhFGBFOaciQBbgL0ewdGgTUwBbIM2Oz"
                + "2Cq8EjPYKzwQM9grPBAz2Cu8H9Hv8Col8d0yMzw+hK+RZiDSQeH1MAwsUSgO8EhJTCA+CtmtJyMmDmTwIVEGqOoAC8qpsFaOqKY4HqqVZ5Vjig"
                + "HNUmY4kCOvWWDgPclllD0wzL+EYAhjzL8oEAZP1cvx7Pm9GjOpDvgMRt4337CnfsQZLrEiX6JHbOTTwAbE7S+P9AuwZaNCDsEh4PuwCB/x8U+j"
                + "D1eW4eBeWHwsvazCvqkoeL5TOBF6fazAEGOOCEAAAAAElFTkSuQmCC",
            truth: "a yellow tree above a green flower on a grey background.",
            said: "a yellow tree above a green flower on a grey background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEX61+H619H517v415T2117210j11zL61t/61N750Nn4zNX3xc72v8j1u8"
                + "P0tr7zrrbxo6rvlZvsgYbpc3fnaGzlXmHkVFbjUVThRUbfOjveNDXeMDHdLi7dKyvcKircKCiSL99yAAACTklEQVR42u1W27ajIAzlqBSvWBCs"
                + "d///LydBR1Gxtacvs2Z1v7RGskl2IJGQL774n5EKIXi4t4YczOkF76IZEb2+2+a77o25KZ5zhHJaZ1Aua9NytfYyPPdPHtPmUrX4p80ncz49KT"
                + "mF8UjO/KMKXg+KM0JiiZn0Jg2O/o2MCWFcDfC/ik4IMNBGsDlsjKaBzZIad53TYQKJS7e/gFc1Xx5jBc+KEPwp48XMkU84EwDuJrcNEEOfppB3"
                + "FVvmHNdF7gCGLXPWjWNRjGPHtwsHdwgaMt1VCKKva5PHptYQmXYQQAnuO1NmytZnO/MdeB0EzTEzpiuAZg61HCK0Y32wshDADnJDWrErhSE/EP"
                + "iU+geCfHCmoA9qERLcAMHeqtwiQhm7nVzezcAjh+q6ypiA5MoKN/SDYCIIAt+qL4MAeud9UpuTxGbvmYNtzpFy9xIIoVl6gH/bwF9WNXjA3bdJ"
                + "4lVNbP1u1PPozVYywSsvz/rRw7p4/l/9PDuCGK/847QnpfXK8ENtAvqz+tdP2mLWrgxesKYQeKt/mz3rqqb9lYmlgqVAUlqN8ilDZTaxi2DCqy"
                + "74zww1LqOrP8UX9SV/2MgshN7q26eACUOcXRltptSDBAYK6oGWFPzlYB+SF4g0MhRWtcMC/XV0dbyGBbYyvTSNGBnHInxjQkt7hk0TT74340W/"
                + "5Gw06cW7XwnTgUhm/yvlc5azinE+XSyfk6FUv/afGV5en5c6zF8JvwNO/FGQD6DOGujlT76uSz8iIEXx4Vcn5x8ShBH54ot/HX8AipM9CyhX+O"
                + "sAAAAASUVORK5CYII=",
            truth: "a yellow flower inside an outlined red heart on a pink background.",
            said: "a yellow flower inside an outlined red heart on a pink background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEX////9/Pz7+vn59/X08O3s5d/k2tLd0cfWx7zUxbnRwLPFsJ/Bqpn4qV"
                + "b3mzrjmU2xlX+ukXv1jB6hf2Seel+adVmbdEuTbE6QaEmNY0OIXTyLXS2FWTiCVTJ9SxV6Rg9AFxZFAAAAwElEQVR42u2U6w6CMAxGJ3cRzLgo"
                + "cim8/1uiZgUVQ1yXbDHp+dnkO9n6JRWC+R/i1Cx/uLS+kSAFyEzyfgswBAaCDO4U9Hw4PAQQkQXFMw81NR+B4kgU1ChoPGqFyImS926roAuoFS"
                + "JSPx90r4Ih1BZIeKMiV4gkmoLqU6BZZQIbtKr0mq1Aq8pIfiHm+8zYo58UV1eCc6nIXQl4B/Qv9MiIgnEZ/SQod7AjmHawI+AdCJEj68uXEd8D"
                + "vokOBPaYAeTOQLA33/CjAAAAAElFTkSuQmCC",
            truth: "a brown triangle above a large striped orange cross on a white background.",
            said: "a brown triangle above a large striped orange cross on a white background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEX////+/f79/P76/Pr5+Pv48/v08Pnv5vbk3u3dyOzXvumo17PSt+ZvvY"
                + "HOseTNruPFod68lNm4jNdkqXuuftE8pVQyoEuncc6fZcmbXsaWVsOTUcKQTMCOSb+NR76MRr4kBYoBAAAB2ElEQVR42u2W25KDIAyGU2oF6wFP"
                + "VWsV3v8t9werZfZiF9jZnb1oLtTMl0RIfhyJ/pelVdtWaTwvHhr2KGJ5pZ9WxfF00VqNo9J6SWM41eANYw0i6nDOM95r3Z+ITuYON4hfJ7s3JY"
                + "wjlHWmqz9vns25M+Ox+9NtfPnVFqzrZmqtTU1d21de/TjBUXVCl3Ef03ihpMZCJz/O9dZWadg8m6vcmq65D6cM4kpwb4EzuAhp4SaQXebDzRtU"
                + "tQXsCSagUq8VfMmJ0NWlOCFg3vwZAacCurv7catx1SduQNKrl+a/40TQFvTtLtHoXve+nJh8bAFHkxDwkMyX2wYtqTsmBLQUwNMVAa5QELCm/t"
                + "xsa7nQRW5SlXhc9iF7cSogS3dHxCDfwp+TMGrHUS8kDCMno3Thz4nNJoK39qSrlhs+M39u16j1ujfJPhQh/PhmrFKun74WfhyNxpDWHvsSPULG"
                + "LJSb88mfu2I8oQj+trf9ouUl+0k6K4ehPMfnn5E/DF208s/dYK1LI38aTf7tZi4iJl/Y1FzEVjgShV1IHjw+k9+JYytDYIXcbV5Shlfg/OaMD+"
                + "PoOA9U1G0oX07pOu8Cf1rgfFgXVQAHabchroBr4QXyT/b+uv9n+wASJ1763SzKJgAAAABJRU5ErkJggg==",
            truth: "two large outlined purple flowers above an outlined green house on a white background.",
            said: "two large outlined purple flowers above an outlined green house on a white background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEX61+H31eD00+Hx0eHszd7ny+HkyN/dwtfNu+DHtNW8sOC9rtbHn5avqN"
                + "+spt+VmN+3jn+Qld6Gj959id6Dfa5uf91ofN1ked1Tb91EZd0/Ytw8YNxhXo0yWtyFWDeCVTJjkaxNAAAA80lEQVR42u2Wyw6DIBBFtUUxBCtq"
                + "8FEzzP//ZbE+0m6Izmxsw124uycqw8kkyd9FKiagbnn92zjdWQAF8GABOoCe08/BJydVy6ppbT/MgKG3bVOVJwGig6904uwrpNVnv0opJzBt9Y"
                + "k4TXJc+qOkTtH6CtONCCi2Tyio98B3rfWPmggY4OlPX40w0PoZ2PcQCgsZ7SLtw6fUlY2lmQDnUpYTNaLmOFE4RCcZTjToY+hOlG4GoKQ6MV36"
                + "GPiPYSdqXKNpThRuAzhBcqLBPYbsRBM6hCNODAKOODEMOOBEbYyMTvx9J8Y9Me6JcU+Me2J04qXzAjjCLqo2yJ07AAAAAElFTkSuQmCC",
            truth: "three large blue stars to the left of a small brown tree on a pink background.",
            said: "three large blue stars to the left of a small brown tree on a pink background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEW24Z214Z604aD11zL01zTz1zbx2Dnv2Dzt2EDq2Ubm2Uzk2lDe21rV3G"
                + "nQ3XHI3n3F34TA34u+34+74JS64Je34Jut2qSeyquTvq+EsLZ4o7xnkMRKc9E8Zdc0XNsyWtxEup1bAAABCklEQVR42u2WyRaDIAxFsTjPIwXU"
                + "+v9/WcW2doFB4dTTBW+fe5KQhIduhkIWcD2gyM0Aje9VJgAnwThCBoAMz0r1AaW7AHChC+hCEY+DVhOQ4pcSPUCOP8p1ALW3Abz6PABF+EvbW6"
                + "KzHVwVdnIA5ZyRHULlbvFuKS2BDtOskUNTtCqTNpE9lnC2X0Xyjo8dGeAu4gnQhjZY4/1GOgcif6o/ymRJYDBYJrok0KvWOZ5HoDMAQAeFTAdK"
                + "AE/agSbCR1XUAD6j6irzSTFIyrPORoHoiS7gRljfc6qfgf1crT+w/sD6g3/yB5AO+IMjUwT5A6UU/kAthT+4YJTNlwn0B9ccFPOTZv+FnwCeNR"
                + "su5dUHeBUAAAAASUVORK5CYII=",
            truth: "a small blue moon to the left of two yellow diamonds on a green background.",
            said: "a small blue moon to the left of two yellow diamonds on a green background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEX//////fv8/f/5+v7y9f3+9Or+8ePy7/Lp7fv95s7k6fvf5frl3N3P2P"
                + "fM1vbm0MP5unm7yPSnuPCcr+6Wqu72kSj1jB6Enep/mOl0j+hjguRVduJMb+A/ZN44Xt0yWtyU84CHAAAAzklEQVR42u2W2w6CMBAFW9QGMFyV"
                + "Iki7//+XIgKCMRVOY4zaed95OclkGfs5tqGl4FjZ3YeaIitBRVTb3MfUkuH33vkqaDawIKeOAzyhugm0DwpK6jlh93s9CMAp6/EemzKjCcCUXj"
                + "MVAFPmNGP1lL6aC5SPTjhQrhRE8QMR+1tcE7+hiTth10RRFIFNE4NCSpngTUxkR4o2MZU9KUeayMf754aXTRQTQRIgTRR3AdZEs2BBE82CBU00"
                + "CxbweQEXI66J7k90f6L7E92f+B4uANxAgp0VivAAAAAASUVORK5CYII=",
            truth: "three large blue triangles to the left of a small orange house on a white background.",
            said: "three large blue triangles to the left of a small orange house on a white background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEXwbqroa6TfZ57cKCjWY5nHXI6dS3HaKCjUJyenM0JwOFLJJia+JCSyIy"
                + "OUHx9zGxteMEVgGRlZGBhFIy8uHCVAFRUxExMkEhIdFBcXExUXEBAUERESEBASDw8QDw8PDw86RVPlAAACJ0lEQVR42uVW246DIBClVNFAFQuK"
                + "eGn9/79cQKla3XawyW42Ow+No57jXA9Fw4eGfoJAkhgjhGMiuyMERYweFtEulKBcwK3FMoxAYvRkpyKEQJ7Q1go4QYnRnkkwQbyLR1EDJCg8Al"
                + "PTwJJG3qdAAh8A0aPfEE/YgAikx8+9J9s6viCY3sZ6vtVNQREQQbxN2JclAhHgnabpKYcGQjC9u57+qRNlAMFwmAA/v7tIQX9YRBzSxtXgBrXx"
                + "MUjzLbqd5RcEXfQ8ih5/0rBdoA8ZKgxCz9pGgMvULdUwmq+Xw/1aD3YFKURQZkVYGg0R1eId/q2sy2gNxzL0YGnoQllPRB842pqCuDAwofrw4d"
                + "qUpf7F0/lvEfRKCNXvexCC6+VsjHEH6jmz3uUKJujz82RZPQxt5r28BxJwh80S+9s7tiRzLBxGUJlXU97fRGouhLCeuPXcehWIwHwycfkqg7mY"
                + "aqQOdzUR5SACU7L8PtZyzH2s3t0QpyACE0A9XrUZM5a1o1ebEGpgBL5jypnvLTQCEyrb+VLNoDWwdc83/0Q7204BmwPbc35fP7/b4ciAg2Tbl/"
                + "Db8vGNmwqmCroLNomEL7LoLP5VAs/L5IY5b73b5u8GebPO4zq0fhze4zeCItwquaSVxSciVJHcKjGzBRVz6xQuaSOwqjxRuCbWVpaYpbnUx0TV"
                + "a1HWHlVlFwPo+9/JumVg9XCcYFBJUg2fEAycf3gyKfV/DtcvvdKaJvqTHKEAAAAASUVORK5CYII=",
            truth: "a large pink ring above a large outlined red heart on a black background.",
            said: "a large pink ring above a large outlined red heart on a black background."
        ),
        (
            png: "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAYFBMVEWq1/qp1fep0/So0fGoz+6mzOimyeSlxuCjwdiguMqer72bpq+aoqmZoK"
                + "aYnKCXmJqWlpaUkY6SiIGRhHqPgHSPfnCNeWmLc2CKcFyJbFaHZEqFXkGEWzyDWTiDVzWCVTLTKKxHAAABRUlEQVR42u1XyXaDMAy0w+a4ISwG"
                + "zGr9/1/GBOgjcKnH7Xs9MIfgywyWNJIIYxcu/BluMstlgPPTgSymnIP8klY0mEI6c1tt7G8BxW/v3wnGYk1kYkBA2jeL+RCNRCkgkNn7L6eKqA"
                + "QEciK9nBSRwkJYQg9sMp6AQDDZK0T2WdtkJAyLgcZKzWZSkA94sxmpA93MC/PmK7wb4rRUz+QaKhf+B0JfL9Yt9+I/iHIfvrCDxdw9tls3d3Qf"
                + "wgLreqpQvtym0gOcKMMmMEK15Jq+AdUyox2ADXs3ewFyrmXYf/CpjxwFFB1QO1v4CKdaivEsMAlXCx/R3eAMrnl06Alhzny3rszOAplbGZojXz"
                + "u6ORo++UMM9/IC6d4MxZ6PfOrxFrLADsmImHCPr00g9RyqNcpnQQeNgl9cLO8/HgXzgu9y/dl6fwH4YDamHpeazwAAAABJRU5ErkJggg==",
            truth: "a small brown ring above a large brown diamond on a blue background.",
            said: "a small brown ring above a large brown diamond on a blue background."
        ),
    ]
}

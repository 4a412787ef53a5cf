<?php
/** Chooses the script of a request for PHP's built-in web server: app.yaml's handlers, else the front controller. */

function appcfg_script(string $root, string $path): ?string {
    $settings = json_decode(getenv('APPCFG_LAUNCH') ?: '{}', true);
    $handlers = $settings['handlers'] ?? [];
    foreach ($handlers as $handler) {
        $pattern = '~\A(?:' . str_replace('~', '\~', $handler['url']) . ')\z~';
        if (preg_match($pattern, $path, $groups)) {
            $group = function (array $match) use ($groups): string {
                return $groups[(int) $match[1]] ?? '';
            };
            return preg_replace_callback('/\\\\(\d)/', $group, $handler['script']);
        }
    }
    if ($handlers) {
        return null;
    }
    foreach (['public/index.php', 'index.php'] as $front) {
        if (is_file("$root/$front")) {
            return $front;
        }
    }
    return null;
}

/** Puts what the script expects into $_SERVER; false when no script answers the path. */
function appcfg_prepare(): bool {
    $root = realpath(getcwd());
    $path = rawurldecode(explode('?', $_SERVER['REQUEST_URI'], 2)[0]);
    $script = appcfg_script($root, $path);
    $file = $script === null ? false : realpath("$root/$script");
    // A back-reference comes from the request: it must not lead out of the application.
    if ($file === false || strncmp($file, "$root/", strlen($root) + 1) !== 0 || !is_file($file)) {
        http_response_code(404);
        return false;
    }
    if (isset($_SERVER['HTTP_X_APPENGINE_USER_IP'])) {
        $_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_APPENGINE_USER_IP'];
    }
    $_SERVER['HTTPS'] = ($_SERVER['HTTP_X_APPENGINE_HTTPS'] ?? '') === 'on' ? 'on' : 'off';
    $_SERVER['SCRIPT_FILENAME'] = $file;
    $_SERVER['SCRIPT_NAME'] = "/$script";
    $_SERVER['PHP_SELF'] = "/$script";
    $_SERVER['DOCUMENT_ROOT'] = $root;
    unset($_ENV['APPCFG_LAUNCH'], $_SERVER['APPCFG_LAUNCH']);
    chdir(dirname($file));
    return true;
}

// At the top level, so that the script's variables are global ones.
if (appcfg_prepare()) {
    require $_SERVER['SCRIPT_FILENAME'];
}
